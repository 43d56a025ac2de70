package dev.doorward.rpc;

import dev.doorward.call.Role;
import dev.doorward.v1.Access;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which roles may call which method, by the contract's own word. */
final class MethodRoles {

  private static final String PROTO_PREFIX = "ROLE_";
  private static final Set<Role> ANY = EnumSet.allOf(Role.class);

  private final Map<String, Set<Role>> byMethod = new HashMap<>();

  private MethodRoles() {}

  /**
   * Of methods that all name their roles. Throws if one does not, for then nobody has decided who may call it.
   *
   * @param forAnyCaller services that are not of our contract, and do no harm
   */
  static MethodRoles of(
      List<ServerServiceDefinition> services, List<ServerServiceDefinition> forAnyCaller) {
    MethodRoles roles = new MethodRoles();
    for (ServerServiceDefinition service : services) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
        roles.byMethod.put(descriptor.getFullMethodName(), named(descriptor));
      }
    }
    for (ServerServiceDefinition service : forAnyCaller) {
      for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
        roles.byMethod.put(method.getMethodDescriptor().getFullMethodName(), ANY);
      }
    }
    return roles;
  }

  /** The roles each of which is enough. */
  Set<Role> of(MethodDescriptor<?, ?> method) {
    return byMethod.get(method.getFullMethodName());
  }

  private static Set<Role> named(MethodDescriptor<?, ?> method) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema) {
      schema
          .getMethodDescriptor()
          .getOptions()
          .getExtension(Access.callableBy)
          .forEach(role -> roles.add(Role.valueOf(role.name().substring(PROTO_PREFIX.length()))));
    }
    if (roles.isEmpty()) {
      throw new IllegalStateException(method.getFullMethodName()
          + " names no role (expected: option (callable_by) = ROLE_...)");
    }
    return roles;
  }
}
