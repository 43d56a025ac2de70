package dev.doorward.verification;

import dev.doorward.database.Page;
import dev.doorward.user.User;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * Rows of {@code verification} that have a purpose; {@code value} is the SHA-256 of the token. A token is used up by the one
 * statement that deletes its row, so of many who bring it one finds it.
 */
interface VerificationMapper {

  String COLUMNS = "id, identifier, purpose, createdAt, expiresAt";

  /** Expiry is judged by the database's clock, which all servers share. */
  String LIVE = "expiresAt > UTC_TIMESTAMP(6)";

  String OF_TOKEN = """
      identifier = #{identifier} AND purpose = #{purpose} AND value = #{hash} AND\s""" + LIVE;

  /** A token that is good, unless its user is disabled. */
  record GoodRow(String userId, String address, Instant expiresAt, boolean disabled) {}

  /** Empty if so many are live already, for the same identifier and purpose. */
  @Select(value = """
      INSERT INTO verification (id, identifier, purpose, value, expiresAt, createdAt, updatedAt)
      SELECT #{wanted.id}, #{wanted.identifier}, #{wanted.purpose.name}, #{hash},
             COALESCE(#{expiresAt}, UTC_TIMESTAMP(6) + INTERVAL #{lifetimeSeconds} SECOND),
             UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
      FROM DUAL
      WHERE (SELECT COUNT(*)
             FROM (SELECT 1 FROM verification
                   WHERE identifier = #{wanted.identifier} AND purpose = #{wanted.purpose.name}
                     AND expiresAt > UTC_TIMESTAMP(6)
                   LIMIT #{most}) AS live) < #{most}
      RETURNING\s""" + COLUMNS, affectData = true)
  Optional<Verification> insertUnlessTooMany(
      @Param("wanted") NewVerification wanted,
      @Param("hash") String hash,
      @Param("expiresAt") Instant expiresAt,
      @Param("lifetimeSeconds") long lifetimeSeconds,
      @Param("most") int most);

  @Select(value = """
      INSERT INTO verification (id, identifier, purpose, value, userId, userEmail, expiresAt, createdAt, updatedAt)
      VALUES (#{id}, #{holder.address}, #{purpose}, #{hash}, #{holder.userId}, #{holder.userEmail},
              UTC_TIMESTAMP(6) + INTERVAL #{lifetimeSeconds} SECOND, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      RETURNING\s""" + COLUMNS, affectData = true)
  Verification insertFor(
      @Param("id") String id,
      @Param("purpose") String purpose,
      @Param("holder") OneTimeTokens.Holder holder,
      @Param("hash") String hash,
      @Param("lifetimeSeconds") long lifetimeSeconds);

  @Update("""
      UPDATE verification
      SET value = #{hash}, updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id} AND expiresAt > UTC_TIMESTAMP(6)
      """)
  int replaceToken(@Param("id") String id, @Param("hash") String hash);

  @Select("SELECT " + COLUMNS + " FROM verification WHERE id = #{id} AND " + LIVE)
  Optional<Verification> selectById(String id);

  @Select("SELECT " + COLUMNS + " FROM verification WHERE " + OF_TOKEN)
  Optional<Verification> select(
      @Param("identifier") String identifier,
      @Param("purpose") String purpose,
      @Param("hash") String hash);

  @Select(
      value = "DELETE FROM verification WHERE " + OF_TOKEN + " RETURNING " + COLUMNS,
      affectData = true)
  Optional<Verification> delete(
      @Param("identifier") String identifier,
      @Param("purpose") String purpose,
      @Param("hash") String hash);

  @Select("""
      SELECT v.userId, v.identifier AS address, v.expiresAt,
             u.disabledAt IS NOT NULL AND (u.disabledUntil IS NULL OR u.disabledUntil > UTC_TIMESTAMP(6)) AS disabled
      FROM verification v
      JOIN user u ON u.id = v.userId AND u.email = v.userEmail
      WHERE v.value = #{hash} AND v.purpose = #{purpose} AND v.expiresAt > UTC_TIMESTAMP(6)
      """)
  Optional<GoodRow> selectGood(@Param("purpose") String purpose, @Param("hash") String hash);

  @Delete("""
      DELETE FROM verification
      WHERE value = #{hash} AND purpose = #{purpose} AND userId = #{user.id} AND userEmail = #{user.email}
        AND expiresAt > UTC_TIMESTAMP(6)
      """)
  int deleteOf(
      @Param("purpose") String purpose, @Param("hash") String hash, @Param("user") User user);

  @Delete("""
      DELETE FROM verification WHERE userId = #{userId} AND (purpose = 'PASSWORD_RESET' OR purpose = 'EMAIL_CHANGE')
      """)
  int deleteWaysIn(String userId);

  /** In the order of their ids. */
  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM verification
        WHERE userId = #{userId}
        <if test="after != null">AND id &gt; #{after.key}</if>
        ORDER BY id
        LIMIT #{limit}
      </script>
      """)
  List<Verification> selectPageOfUser(
      @Param("userId") String userId,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  /** Those that are not known to be a user's, the oldest first. */
  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM verification
        WHERE identifier = #{identifier} AND userId IS NULL
        <if test="after != null">
          AND createdAt &gt;= #{after.time} AND (createdAt &gt; #{after.time} OR id &gt; #{after.key})
        </if>
        ORDER BY createdAt, id
        LIMIT #{limit}
      </script>
      """)
  List<Verification> selectPageOfIdentifier(
      @Param("identifier") String identifier,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  /** But for what is another user's, who wants that address for themselves. */
  @Delete("""
      DELETE FROM verification
      WHERE (identifier = #{identifier} OR identifier = #{otherIdentifier}) AND userId IS NULL
      """)
  int deleteByIdentifiers(
      @Param("identifier") String identifier, @Param("otherIdentifier") String otherIdentifier);

  /** Better Auth keeps the user's id as the value of what it resets a password by. */
  @Delete("DELETE FROM verification WHERE value = #{value}")
  int deleteByValue(String value);

  /** Better Auth judges the end of its own rows, by a clock of its own: they are left alone for another day. */
  @Select("""
      SELECT id AS ended
      FROM verification
      WHERE expiresAt < UTC_TIMESTAMP(6)
        AND (purpose IS NOT NULL OR expiresAt < UTC_TIMESTAMP(6) - INTERVAL 1 DAY)
      ORDER BY expiresAt
      LIMIT #{limit}
      """)
  List<String> selectEnded(int limit);

  @Delete("""
      <script>
        DELETE FROM verification
        WHERE id IN <foreach collection='ids' item='id' open='(' separator=',' close=')'>#{id}</foreach>
      </script>
      """)
  int deleteAll(@Param("ids") Collection<String> ids);
}
