package dev.doorward.session;

import dev.doorward.call.Origin;
import dev.doorward.database.Page;
import dev.doorward.user.User;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * Rows of {@code session}. Every statement about a session that exists is conditional and single, so that nothing can
 * bring back a row that another transaction has deleted.
 */
interface SessionMapper {

  String COLUMNS =
      "id, userId, expires, createdAt, updatedAt, ipAddress, userAgent, remember, authenticatedAt";

  /** Expiry is judged by the database's clock, which all servers share. */
  String LIVE = "expires > UTC_TIMESTAMP(6)";

  /** Whether the token is stored as it is. */
  String PLAIN = "sessionToken NOT REGEXP '^[0-9a-f]{64}$'";

  /** A session that is good joined with its user, and what else is known of both in that snapshot. */
  String VALID = """
      SELECT s.sessionToken AS storedToken, s.id, s.userId, s.expires, s.createdAt, s.updatedAt, s.ipAddress,
             s.userAgent, s.remember, s.authenticatedAt, u.email, u.emailVerified, u.name,
             u.createdAt AS userCreatedAt, u.updatedAt AS userUpdatedAt, u.image, u.emailVerifiedAt, u.metadata,
             l.lane, l.seq AS asOf, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), s.expires) AS expiresInMicros,
             s.remember AND s.expires < UTC_TIMESTAMP(6) + INTERVAL #{dueSeconds} SECOND AS due
      FROM session s
      JOIN user u ON u.id = s.userId AND (u.disabledAt IS NULL OR u.disabledUntil <= UTC_TIMESTAMP(6))
      JOIN revocation_lane l ON l.lane = CRC32(s.userId) & 15
      WHERE s.expires > UTC_TIMESTAMP(6) AND\s""";

  /** Reads {@link #COLUMNS}. */
  static Session read(ResultSet row) throws SQLException {
    return new Session(
        row.getString(1),
        row.getString(2),
        time(row, 3),
        time(row, 4),
        time(row, 5),
        row.getString(6),
        row.getString(7),
        row.getBoolean(8),
        time(row, 9));
  }

  /** The connection's time zone is UTC. */
  private static Instant time(ResultSet row, int column) throws SQLException {
    LocalDateTime time = row.getObject(column, LocalDateTime.class);
    return time == null ? null : time.toInstant(ZoneOffset.UTC);
  }

  /** What {@link #VALID} selects. */
  record ValidRow(
      String storedToken,
      String id,
      String userId,
      Instant expires,
      Instant createdAt,
      Instant updatedAt,
      String ipAddress,
      String userAgent,
      boolean remember,
      Instant authenticatedAt,
      String email,
      boolean emailVerified,
      String name,
      Instant userCreatedAt,
      Instant userUpdatedAt,
      String image,
      Instant emailVerifiedAt,
      String metadata,
      int lane,
      long asOf,
      long expiresInMicros,
      boolean due) {

    /** The columns in their order. */
    static ValidRow read(ResultSet row) throws SQLException {
      return new ValidRow(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          time(row, 4),
          time(row, 5),
          time(row, 6),
          row.getString(7),
          row.getString(8),
          row.getBoolean(9),
          time(row, 10),
          row.getString(11),
          row.getBoolean(12),
          row.getString(13),
          time(row, 14),
          time(row, 15),
          row.getString(16),
          time(row, 17),
          row.getString(18),
          row.getInt(19),
          row.getLong(20),
          row.getLong(21),
          row.getBoolean(22));
    }

    Sessions.Validated validated() {
      return new Sessions.Validated(
          session(), user(), lane, asOf, Duration.of(expiresInMicros, ChronoUnit.MICROS));
    }

    Session session() {
      return new Session(
          id,
          userId,
          expires,
          createdAt,
          updatedAt,
          ipAddress,
          userAgent,
          remember,
          authenticatedAt);
    }

    User user() {
      return new User(
          userId,
          email,
          emailVerified,
          name,
          userCreatedAt,
          userUpdatedAt,
          image,
          emailVerifiedAt,
          null,
          null,
          null,
          metadata);
    }
  }

  /** Nothing if the user does not exist or is disabled. Holds the user's row, so that a concurrent disable waits. */
  @Select(value = """
      INSERT INTO session
        (id, userId, sessionToken, expires, remember, ipAddress, userAgent, createdAt, updatedAt, authenticatedAt)
      SELECT
        #{id}, u.id, #{storedToken}, COALESCE(#{expires}, UTC_TIMESTAMP(6) + INTERVAL #{lifetimeSeconds} SECOND),
        #{remember}, #{origin.ipAddress}, #{origin.userAgent}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
      FROM user u
      WHERE u.id = #{userId} AND (u.disabledAt IS NULL OR u.disabledUntil <= UTC_TIMESTAMP(6))
      LOCK IN SHARE MODE
      RETURNING\s""" + COLUMNS, affectData = true)
  Optional<Session> insert(
      @Param("id") String id,
      @Param("userId") String userId,
      @Param("storedToken") String storedToken,
      @Param("expires") Instant expires,
      @Param("lifetimeSeconds") long lifetimeSeconds,
      @Param("remember") boolean remember,
      @Param("origin") Origin origin);

  @Select(VALID + "s.sessionToken = #{storedToken}")
  Optional<ValidRow> selectValid(
      @Param("storedToken") String storedToken, @Param("dueSeconds") long dueSeconds);

  /** In no order. */
  @Select(
      value = {
        "<script><![CDATA[",
        VALID,
        "]]> s.sessionToken IN",
        "<foreach collection='storedTokens' item='storedToken' open='(' separator=',' close=')'>",
        "#{storedToken}</foreach></script>"
      })
  List<ValidRow> selectAllValid(
      @Param("storedTokens") Collection<String> storedTokens, @Param("dueSeconds") long dueSeconds);

  @Select("SELECT " + COLUMNS + " FROM session WHERE id = #{id} AND " + LIVE)
  Optional<Session> selectLive(String id);

  @Select("SELECT " + COLUMNS + " FROM session WHERE id = #{id}")
  Optional<Session> selectEvenExpired(String id);

  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM session
        WHERE userId = #{userId} AND expires &gt; UTC_TIMESTAMP(6)
        <if test="after != null">
          AND createdAt &lt;= #{after.time} AND (createdAt &lt; #{after.time} OR id &lt; #{after.key})
        </if>
        ORDER BY createdAt DESC, id DESC
        LIMIT #{limit}
      </script>
      """)
  List<Session> selectPage(
      @Param("userId") String userId,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  /** Those too that have ended. */
  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM session
        WHERE userId = #{userId}
        <if test="after != null">
          AND createdAt &gt;= #{after.time} AND (createdAt &gt; #{after.time} OR id &gt; #{after.key})
        </if>
        ORDER BY createdAt, id
        LIMIT #{limit}
      </script>
      """)
  List<Session> selectPageEvenExpired(
      @Param("userId") String userId,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  /** Moves the end of a session that is due, by use. */
  @Update("""
      UPDATE session
      SET expires = LEAST(UTC_TIMESTAMP(6) + INTERVAL #{lifetimeSeconds} SECOND,
                          createdAt + INTERVAL #{maxLifetimeSeconds} SECOND),
          updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id} AND remember
        AND expires > UTC_TIMESTAMP(6)
        AND expires < UTC_TIMESTAMP(6) + INTERVAL #{dueSeconds} SECOND
        AND expires < createdAt + INTERVAL #{maxLifetimeSeconds} SECOND
      """)
  int prolong(
      @Param("id") String id,
      @Param("lifetimeSeconds") long lifetimeSeconds,
      @Param("maxLifetimeSeconds") long maxLifetimeSeconds,
      @Param("dueSeconds") long dueSeconds);

  /** The next sessions behind that one whose token is stored as it is. */
  @Select("SELECT id FROM session WHERE id > #{after} AND " + PLAIN + " ORDER BY id LIMIT #{limit}")
  List<String> selectPlain(@Param("after") String after, @Param("limit") int limit);

  /** The sessions stay as they are but for that. */
  @Update("""
      <script>
        UPDATE session
        SET sessionToken = SHA2(sessionToken, 256)
        WHERE id IN <foreach collection="ids" item="id" open="(" separator="," close=")">#{id}</foreach>
          AND\s""" + PLAIN + """
      </script>
      """)
  int hashTokens(@Param("ids") Collection<String> ids);

  @Select("SELECT id FROM session WHERE sessionToken = #{storedToken} AND " + LIVE)
  Optional<String> selectIdByToken(String storedToken);

  @Update("""
      UPDATE session
      SET expires = IF(#{changes.expires.given}, #{changes.expires.value}, expires),
          ipAddress = IF(#{changes.ipAddress.given}, #{changes.ipAddress.value}, ipAddress),
          userAgent = IF(#{changes.userAgent.given}, #{changes.userAgent.value}, userAgent),
          remember = IF(#{changes.remember.given}, #{changes.remember.value}, remember),
          updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id} AND expires > UTC_TIMESTAMP(6)
      """)
  int update(@Param("id") String id, @Param("changes") SessionChanges changes);

  @Update("""
      UPDATE session
      SET sessionToken = #{storedToken}, updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id} AND userId = #{userId} AND expires > UTC_TIMESTAMP(6)
      """)
  int replaceToken(
      @Param("id") String id,
      @Param("userId") String userId,
      @Param("storedToken") String storedToken);

  /** The row that was deleted, as far as its revocation has to name it. */
  record Deleted(String id, String userId) {}

  @Select(
      value = "DELETE FROM session WHERE id = #{id} AND " + LIVE + " RETURNING id, userId",
      affectData = true)
  Optional<Deleted> deleteById(String id);

  @Select(
      value = "DELETE FROM session WHERE sessionToken = #{storedToken} AND " + LIVE
          + " RETURNING id, userId",
      affectData = true)
  Optional<Deleted> deleteByToken(String storedToken);

  /**
   * Whether each of the sessions that were deleted was live.
   *
   * @param keptId the session that goes on, or an id that no session has
   */
  @Select(
      value = "DELETE FROM session WHERE userId = #{userId} AND id != #{keptId} RETURNING " + LIVE,
      affectData = true)
  List<Boolean> deleteOfUser(@Param("userId") String userId, @Param("keptId") String keptId);

  /** Those that have expired so long ago, the first of them first. */
  @Select("""
      SELECT id FROM session
      WHERE expires < UTC_TIMESTAMP(6) - INTERVAL #{keptSeconds} SECOND
      ORDER BY expires
      LIMIT #{limit}
      """)
  List<String> selectEnded(@Param("keptSeconds") long keptSeconds, @Param("limit") int limit);

  /** By their primary key alone: through the index of {@code expires} this would wait for, and hold up, those who open sessions. */
  @Delete("""
      <script>
        DELETE FROM session
        WHERE id IN <foreach collection='ids' item='id' open='(' separator=',' close=')'>#{id}</foreach>
          AND expires &lt; UTC_TIMESTAMP(6)
      </script>
      """)
  int deleteEnded(@Param("ids") Collection<String> ids);
}
