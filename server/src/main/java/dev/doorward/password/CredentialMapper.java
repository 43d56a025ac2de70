package dev.doorward.password;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code account} that hold a password; the provider's account id is the user's id. */
interface CredentialMapper {

  /** @param hash null if the account has no password */
  record Row(String accountId, String userId, String hash) {}

  @Select("""
      SELECT a.id AS accountId, a.userId, a.password AS hash
      FROM user u JOIN account a ON a.provider = #{provider} AND a.providerAccountId = u.id
      WHERE u.email = #{email}
      """)
  Optional<Row> selectByEmail(@Param("provider") String provider, @Param("email") String email);

  @Select("""
      SELECT id AS accountId, userId, password AS hash
      FROM account
      WHERE provider = #{provider} AND providerAccountId = #{userId}
      """)
  Optional<Row> selectByUser(@Param("provider") String provider, @Param("userId") String userId);

  /** Whether the password is still the one that was checked; it can't change until the transaction ends. */
  @Select(
      "SELECT id FROM account WHERE id = #{accountId} AND password = #{hash} LOCK IN SHARE MODE")
  Optional<String> lockUnchanged(@Param("accountId") String accountId, @Param("hash") String hash);

  @Insert("""
      INSERT INTO account (id, userId, type, provider, providerAccountId, password, createdAt, updatedAt)
      VALUES (#{id}, #{userId}, 'email', #{provider}, #{userId}, #{hash}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
  void insert(
      @Param("id") String id,
      @Param("provider") String provider,
      @Param("userId") String userId,
      @Param("hash") String hash);

  @Insert("""
      <script>
        INSERT INTO account (id, userId, type, provider, providerAccountId, password, createdAt, updatedAt)
        VALUES
        <foreach collection="rows" item="row" separator=",">
          (#{row.accountId}, #{row.userId}, 'email', #{provider}, #{row.userId}, #{row.hash}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
        </foreach>
      </script>
      """)
  int insertAll(@Param("provider") String provider, @Param("rows") List<Row> rows);

  @Select("""
      <script>
        SELECT id AS accountId, userId, password AS hash
        FROM account
        WHERE provider = #{provider}
          AND providerAccountId IN <foreach collection="userIds" item="id" open="(" separator="," close=")">#{id}</foreach>
      </script>
      """)
  List<Row> selectByUsers(
      @Param("provider") String provider, @Param("userIds") Collection<String> userIds);

  @Update("""
      UPDATE account
      SET password = #{hash}, updatedAt = UTC_TIMESTAMP(6)
      WHERE provider = #{provider} AND providerAccountId = #{userId}
      """)
  int update(
      @Param("provider") String provider,
      @Param("userId") String userId,
      @Param("hash") String hash);

  @Update("""
      UPDATE account
      SET password = #{newHash}, updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{accountId} AND password = #{oldHash}
      """)
  int replace(
      @Param("accountId") String accountId,
      @Param("oldHash") String oldHash,
      @Param("newHash") String newHash);
}
