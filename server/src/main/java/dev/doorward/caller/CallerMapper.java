package dev.doorward.caller;

import dev.doorward.call.Caller;
import dev.doorward.call.Role;
import dev.doorward.database.Change;
import dev.doorward.database.Page;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code caller} and {@code caller_key}. */
interface CallerMapper {

  /** The keys with their callers, from the keys on: the list is in their order. */
  String ISSUED = """
      SELECT STRAIGHT_JOIN k.id, c.name, c.roles, c.certificateName, k.createdAt, k.expires
      FROM caller_key k
      JOIN caller c ON c.id = k.callerId
      """;

  /** Which row a caller is, and what may be changed about it. */
  record CallerRow(String id, String roles, String certificateName) {
    Set<Role> roleSet() {
      return rolesOf(roles);
    }
  }

  /** Somebody who is known, and how far the lane of their revocations was in that snapshot. */
  record KnownRow(
      String id,
      String name,
      String roles,
      String keyId,
      int lane,
      long asOf,
      long expiresInMicros) {

    Callers.Known known() {
      return new Callers.Known(
          new Caller(id, name, rolesOf(roles), keyId),
          lane,
          asOf,
          Duration.of(expiresInMicros, ChronoUnit.MICROS));
    }
  }

  /** What {@link #ISSUED} selects. */
  record IssuedRow(
      String id,
      String name,
      String roles,
      String certificateName,
      Instant createdAt,
      Instant expires) {

    IssuedKey issued() {
      return new IssuedKey(
          id, name, rolesOf(roles), Optional.ofNullable(certificateName), createdAt, expires);
    }
  }

  /** Expiry is judged by the database's clock, which all servers share. */
  @Select("""
      SELECT c.id, c.name, c.roles, k.id AS keyId, l.lane, l.seq AS asOf,
             TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), k.expires) AS expiresInMicros
      FROM caller_key k
      JOIN caller c ON c.id = k.callerId
      JOIN revocation_lane l ON l.lane = CRC32(c.id) & 15
      WHERE k.id = #{id} AND k.hash = #{hash} AND k.expires > UTC_TIMESTAMP(6)
      """)
  Optional<KnownRow> selectByKey(@Param("id") String id, @Param("hash") String hash);

  /** Whoever is known by a certificate is so for as long as the certificate is good, which others judge. */
  @Select("""
      SELECT c.id, c.name, c.roles, '' AS keyId, l.lane, l.seq AS asOf,
             TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY) AS expiresInMicros
      FROM caller c
      JOIN revocation_lane l ON l.lane = CRC32(c.id) & 15
      WHERE c.certificateName = #{name}
      """)
  Optional<KnownRow> selectByCertificate(String name);

  /** Holds the row until the transaction ends, against all others. */
  @Select("SELECT id, roles, certificateName FROM caller WHERE name = #{name} FOR UPDATE")
  Optional<CallerRow> lock(String name);

  @Insert("""
      INSERT INTO caller (id, name, roles, certificateName, createdAt, updatedAt)
      VALUES (#{id}, #{name}, #{roles}, #{certificateName}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
  void insert(
      @Param("id") String id,
      @Param("name") String name,
      @Param("roles") String roles,
      @Param("certificateName") String certificateName);

  @Update("""
      UPDATE caller
      SET roles = IF(#{roles.given}, #{roles.value}, roles),
          certificateName = IF(#{certificateName.given}, #{certificateName.value}, certificateName),
          updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id}
      """)
  void update(
      @Param("id") String id,
      @Param("roles") Change<String> roles,
      @Param("certificateName") Change<String> certificateName);

  /** @return 1 if the caller is the first of all, 0 if there was one already */
  @Insert("""
      INSERT INTO caller (id, name, roles, createdAt, updatedAt)
      SELECT #{id}, #{name}, #{roles}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
      FROM DUAL
      WHERE NOT EXISTS (SELECT 1 FROM caller)
      """)
  int insertIfFirst(
      @Param("id") String id, @Param("name") String name, @Param("roles") String roles);

  @Insert("""
      INSERT INTO caller_key (id, callerId, hash, createdAt, expires)
      VALUES (#{id}, #{callerId}, #{hash}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL #{lifetimeSeconds} SECOND)
      """)
  void insertKey(
      @Param("id") String id,
      @Param("callerId") String callerId,
      @Param("hash") String hash,
      @Param("lifetimeSeconds") long lifetimeSeconds);

  @Delete("DELETE FROM caller_key WHERE callerId = #{callerId} AND expires <= UTC_TIMESTAMP(6)")
  void deleteExpired(String callerId);

  @Select(
      "SELECT COUNT(*) FROM caller_key WHERE callerId = #{callerId} AND expires > UTC_TIMESTAMP(6)")
  int countLive(String callerId);

  @Update("UPDATE caller_key SET hash = #{hash} WHERE id = #{id} AND expires > UTC_TIMESTAMP(6)")
  int replaceHash(@Param("id") String id, @Param("hash") String hash);

  @Select("SELECT callerId FROM caller_key WHERE id = #{id}")
  String selectCallerId(String id);

  /** @return the key's caller */
  @Select(value = "DELETE FROM caller_key WHERE id = #{id} RETURNING callerId", affectData = true)
  Optional<String> deleteKey(String id);

  @Select(ISSUED + "WHERE k.id = #{id}")
  IssuedRow selectIssued(String id);

  @Select("""
      <script>
      """ + ISSUED + """
        <if test="after != null">
          WHERE k.createdAt &gt;= #{after.time} AND (k.createdAt &gt; #{after.time} OR k.id &gt; #{after.key})
        </if>
        ORDER BY k.createdAt, k.id
        LIMIT #{limit}
      </script>
      """)
  List<IssuedRow> selectPage(@Param("after") Page.Position after, @Param("limit") int limit);

  static String stored(Collection<Role> roles) {
    return EnumSet.copyOf(roles).stream().map(Role::name).collect(Collectors.joining(","));
  }

  private static Set<Role> rolesOf(String stored) {
    return Arrays.stream(stored.split(",")).map(Role::valueOf).collect(Collectors.toSet());
  }
}
