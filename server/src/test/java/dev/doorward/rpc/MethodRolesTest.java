package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.call.Role;
import dev.doorward.v1.CallerServiceGrpc;
import dev.doorward.v1.CallerServiceGrpc.CallerServiceImplBase;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodRolesTest {

  private static final ServerServiceDefinition CALLERS =
      new CallerServiceImplBase() {}.bindService();
  private static final ServerServiceDefinition WITHOUT_ROLES =
      new HealthStatusManager().getHealthService().bindService();

  @Test
  void theRolesAreThoseOfTheContract() {
    assertThat(MethodRoles.of(List.of(CALLERS), List.of())
            .of(CallerServiceGrpc.getCreateCallerKeyMethod()))
        .containsExactly(Role.OPERATOR);
  }

  /** So a server that has one does not start. */
  @Test
  void aMethodThatNamesNoRoleIsAFault() {
    assertThatThrownBy(() -> MethodRoles.of(List.of(CALLERS, WITHOUT_ROLES), List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("grpc.health.v1.Health/")
        .hasMessageContaining("names no role");
  }
}
