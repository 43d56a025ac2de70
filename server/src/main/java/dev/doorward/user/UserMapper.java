package dev.doorward.user;

import dev.doorward.database.Page;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code user}. */
interface UserMapper {

  /** Whether somebody is disabled. That it ends is judged by the database's clock, which all servers share. */
  String DISABLED =
      "(disabledAt IS NOT NULL AND (disabledUntil IS NULL OR disabledUntil > UTC_TIMESTAMP(6)))";

  /** What is said of being disabled is only said while it lasts. */
  String COLUMNS = """
      id, email, emailVerified, name, createdAt, updatedAt, image, emailVerifiedAt,
      IF(UTC_TIMESTAMP(6) >= disabledUntil, NULL, disabledAt) AS disabledAt,
      IF(UTC_TIMESTAMP(6) >= disabledUntil, NULL, disabledReason) AS disabledReason,
      IF(UTC_TIMESTAMP(6) >= disabledUntil, NULL, disabledUntil) AS disabledUntil,
      metadata
      """;

  /** Never the same twice, whatever the clock does. */
  String TOUCH = "updatedAt = GREATEST(UTC_TIMESTAMP(6), updatedAt + INTERVAL 1 MICROSECOND)";

  @Select(value = """
      INSERT INTO user (id, email, emailVerified, emailVerifiedAt, name, image, metadata, createdAt, updatedAt)
      VALUES (#{id}, #{email.value}, #{emailVerified}, IF(#{emailVerified}, COALESCE(#{emailVerifiedAt}, UTC_TIMESTAMP(6)), NULL), #{name}, #{image},
              #{metadata}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      RETURNING
      """ + COLUMNS, affectData = true)
  User insert(NewUser user);

  /** @param users as {@link dev.doorward.database.JsonRows} */
  @Insert("""
      INSERT INTO user (id, email, emailVerified, emailVerifiedAt, name, image, metadata, createdAt, updatedAt,
                        disabledAt, disabledReason, disabledUntil)
      SELECT id, email, emailVerified, IF(emailVerified, COALESCE(emailVerifiedAt, UTC_TIMESTAMP(6)), NULL), name, image,
             metadata, COALESCE(createdAt, UTC_TIMESTAMP(6)), UTC_TIMESTAMP(6), disabledAt, disabledReason, disabledUntil
      FROM JSON_TABLE(#{users}, '$[*]' COLUMNS (
        id VARCHAR(64) PATH '$.id',
        email VARCHAR(254) PATH '$.email',
        emailVerified BOOLEAN PATH '$.emailVerified',
        emailVerifiedAt DATETIME(6) PATH '$.emailVerifiedAt',
        name VARCHAR(255) PATH '$.name',
        image TEXT PATH '$.image',
        metadata LONGTEXT PATH '$.metadata',
        createdAt DATETIME(6) PATH '$.createdAt',
        disabledAt DATETIME(6) PATH '$.disabledAt',
        disabledReason VARCHAR(255) PATH '$.disabledReason',
        disabledUntil DATETIME(6) PATH '$.disabledUntil')) AS wanted
      """)
  int insertAll(String users);

  /**
   * Those who have one of the ids or one of the addresses.
   *
   * @param ids a JSON array
   * @param emails a JSON array
   */
  @Select("""
      SELECT user.id, user.email
      FROM JSON_TABLE(#{ids}, '$[*]' COLUMNS (
        id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin PATH '$')) AS wanted
      STRAIGHT_JOIN user ON user.id = wanted.id
      UNION ALL
      SELECT user.id, user.email
      FROM JSON_TABLE(#{emails}, '$[*]' COLUMNS (
        email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS wanted
      STRAIGHT_JOIN user ON user.email = wanted.email
      """)
  List<Users.Known> selectKnown(@Param("ids") String ids, @Param("emails") String emails);

  /** The next users behind that one. */
  @Select("SELECT id, email FROM user WHERE id > #{after} ORDER BY id LIMIT #{limit}")
  List<Users.Known> selectAddresses(@Param("after") String after, @Param("limit") int limit);

  @Select("SELECT " + COLUMNS + " FROM user WHERE id = #{id}")
  Optional<User> selectById(String id);

  @Select("SELECT " + COLUMNS + " FROM user WHERE email = #{email}")
  Optional<User> selectByEmail(String email);

  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM user
        WHERE id IN <foreach collection="ids" item="id" open="(" separator="," close=")">#{id}</foreach>
      </script>
      """)
  List<User> selectByIds(@Param("ids") Collection<String> ids);

  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM user
        <where>
          <if test="filter.emailPrefix != null">AND email LIKE #{filter.emailPattern}</if>
          <if test="filter.disabled == true">
            AND disabled = TRUE AND (disabledUntil IS NULL OR disabledUntil &gt; UTC_TIMESTAMP(6))
          </if>
          <if test="filter.disabled == false">
            AND (disabledAt IS NULL OR disabledUntil &lt;= UTC_TIMESTAMP(6))
          </if>
          <if test="filter.createdAfter != null">AND createdAt &gt;= #{filter.createdAfter}</if>
          <if test="filter.createdBefore != null">AND createdAt &lt; #{filter.createdBefore}</if>
          <if test="after != null and filter.emailPrefix != null">AND email &gt; #{after.key}</if>
          <if test="after != null and filter.emailPrefix == null">
            AND createdAt &gt;= #{after.time} AND (createdAt &gt; #{after.time} OR id &gt; #{after.key})
          </if>
        </where>
        ORDER BY
        <choose>
          <when test="filter.emailPrefix != null">email</when>
          <otherwise>createdAt, id</otherwise>
        </choose>
        LIMIT #{limit}
      </script>
      """)
  List<User> selectPage(
      @Param("filter") UserFilter filter,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  /** Holds the row until the transaction ends, against whoever wants to change or delete it. */
  @Select("SELECT " + DISABLED + " FROM user WHERE id = #{id} LOCK IN SHARE MODE")
  Optional<Boolean> lockShared(String id);

  /** Holds the row until the transaction ends, against all others. */
  @Select("SELECT " + DISABLED + " FROM user WHERE id = #{id} FOR UPDATE")
  Optional<Boolean> lock(String id);

  /** The same, at all nodes of a cluster: they compare what they have written, not what they have locked. */
  @Update("UPDATE user SET accountsVersion = accountsVersion + 1 WHERE id = #{id}")
  int lockAccounts(String id);

  /** The same as {@link #lock}, with all that is in it. */
  @Select("SELECT " + COLUMNS + " FROM user WHERE id = #{id} FOR UPDATE")
  Optional<User> selectLocked(String id);

  /** The same, against whoever wants to change or delete it. */
  @Select("SELECT " + COLUMNS + " FROM user WHERE id = #{id} LOCK IN SHARE MODE")
  Optional<User> selectLockedShared(String id);

  /** Holds the row until the transaction ends, against whoever wants to change or delete it; or finds none, in the same time. */
  @Select("SELECT " + COLUMNS + " FROM user WHERE email = #{email} LOCK IN SHARE MODE")
  Optional<User> selectLockedByEmail(String email);

  /** MariaDB assigns from left to right: {@code emailVerified} still sees the old address. */
  @Update("""
      UPDATE user
      SET emailVerifiedAt = CASE
            WHEN #{changes.emailVerifiedAt.given} THEN #{changes.emailVerifiedAt.value}
            WHEN #{changes.emailVerified.given} AND NOT #{changes.emailVerified.value} THEN NULL
            WHEN #{changes.emailVerified.given} AND NOT emailVerified THEN UTC_TIMESTAMP(6)
            WHEN #{changes.email.given} AND email != #{changes.email.value}
              THEN IF(#{changes.emailVerified.given}, UTC_TIMESTAMP(6), NULL)
            ELSE emailVerifiedAt
          END,
          emailVerified = CASE
            WHEN #{changes.emailVerified.given} THEN #{changes.emailVerified.value}
            WHEN #{changes.email.given} AND email != #{changes.email.value} THEN FALSE
            ELSE emailVerified
          END,
          email = IF(#{changes.email.given}, #{changes.email.value}, email),
          name = IF(#{changes.name.given}, #{changes.name.value}, name),
          image = IF(#{changes.image.given}, #{changes.image.value}, image),
          metadata = IF(#{changes.metadata.given}, #{changes.metadata.value}, metadata),
      """ + TOUCH + """
       WHERE id = #{id} AND (#{ifUpdatedAt} IS NULL OR updatedAt = #{ifUpdatedAt})
      """)
  int update(
      @Param("id") String id,
      @Param("changes") UserChanges changes,
      @Param("ifUpdatedAt") Instant ifUpdatedAt);

  @Update("UPDATE user SET emailVerified = TRUE, emailVerifiedAt = UTC_TIMESTAMP(6), " + TOUCH
      + " WHERE id = #{id} AND NOT emailVerified")
  int confirmEmail(String id);

  @Update("""
      UPDATE user
      SET disabledAt = UTC_TIMESTAMP(6), disabledReason = #{reason}, disabledUntil = #{until},
      """ + TOUCH + " WHERE id = #{id} AND NOT " + DISABLED)
  int disable(
      @Param("id") String id, @Param("reason") String reason, @Param("until") Instant until);

  @Update("UPDATE user SET disabledAt = NULL, disabledReason = NULL, disabledUntil = NULL, " + TOUCH
      + " WHERE id = #{id} AND " + DISABLED)
  int enable(String id);

  /**
   * Takes the user's sessions, accounts and tokens along.
   *
   * @return the address that they had
   */
  @Select(value = """
      DELETE FROM user
      WHERE id = #{id} AND (#{ifUpdatedAt} IS NULL OR updatedAt = #{ifUpdatedAt})
      RETURNING email
      """, affectData = true)
  Optional<String> delete(@Param("id") String id, @Param("ifUpdatedAt") Instant ifUpdatedAt);

  /** A disabled user's sessions end with the same statement batch; they are one revocation. */
  @Delete("DELETE FROM session WHERE userId = #{userId}")
  int deleteSessions(String userId);
}
