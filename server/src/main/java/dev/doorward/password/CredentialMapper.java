package dev.doorward.password;

import dev.doorward.account.PasswordProvider;
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
      FROM user u JOIN account a ON a.provider IN (#{provider.name}, #{provider.former}) AND a.providerAccountId = u.id
      WHERE u.email = #{email}
      LIMIT 1
      """)
  Optional<Row> selectByEmail(
      @Param("provider") PasswordProvider provider, @Param("email") String email);

  @Select("""
      SELECT id AS accountId, userId, password AS hash
      FROM account
      WHERE provider IN (#{provider.name}, #{provider.former}) AND providerAccountId = #{userId}
      LIMIT 1
      """)
  Optional<Row> selectByUser(
      @Param("provider") PasswordProvider provider, @Param("userId") String userId);

  /**
   * Whether the password is still the one that was checked. It can't change until the transaction ends, at whichever node of a
   * cluster: these compare what they have written, not what they have locked.
   */
  @Update("UPDATE account SET version = version + 1 WHERE id = #{accountId} AND password = #{hash}")
  int lockUnchanged(@Param("accountId") String accountId, @Param("hash") String hash);

  @Insert("""
      INSERT INTO account (id, userId, type, provider, providerAccountId, password, createdAt, updatedAt)
      VALUES (#{id}, #{userId}, 'email', #{provider.name}, #{userId}, #{hash}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
  void insert(
      @Param("id") String id,
      @Param("provider") PasswordProvider provider,
      @Param("userId") String userId,
      @Param("hash") String hash);

  /** A password account as whoever wrote it left it. */
  record Stored(String accountId, boolean found, String hash) {}

  /** The next accounts behind that one that have the former provider, and whether they are found by their user's id. */
  @Select("""
      SELECT id AS accountId, providerAccountId = userId AS found, password AS hash
      FROM account
      WHERE provider = #{provider.former} AND id > #{after}
      ORDER BY id
      LIMIT #{limit}
      """)
  List<Stored> selectFormer(
      @Param("provider") PasswordProvider provider,
      @Param("after") String after,
      @Param("limit") int limit);

  @Update("""
      UPDATE account SET provider = #{provider.name}, type = 'email'
      WHERE id = #{accountId} AND provider = #{provider.former}
      """)
  int rename(@Param("provider") PasswordProvider provider, @Param("accountId") String accountId);

  /** @param rows as {@link dev.doorward.database.JsonRows} */
  @Insert("""
      INSERT INTO account (id, userId, type, provider, providerAccountId, password, createdAt, updatedAt)
      SELECT accountId, userId, 'email', #{provider.name}, userId, hash, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
      FROM JSON_TABLE(#{rows}, '$[*]' COLUMNS (
        accountId VARCHAR(64) PATH '$.accountId',
        userId VARCHAR(64) PATH '$.userId',
        hash VARCHAR(1024) PATH '$.hash')) AS wanted
      """)
  int insertAll(@Param("provider") PasswordProvider provider, @Param("rows") String rows);

  @Select("""
      <script>
        SELECT id AS accountId, userId, password AS hash
        FROM account
        WHERE provider IN (#{provider.name}, #{provider.former})
          AND providerAccountId IN <foreach collection="userIds" item="id" open="(" separator="," close=")">#{id}</foreach>
      </script>
      """)
  List<Row> selectByUsers(
      @Param("provider") PasswordProvider provider, @Param("userIds") Collection<String> userIds);

  @Update("""
      UPDATE account
      SET password = #{hash}, updatedAt = UTC_TIMESTAMP(6)
      WHERE provider IN (#{provider.name}, #{provider.former}) AND providerAccountId = #{userId}
      """)
  int update(
      @Param("provider") PasswordProvider provider,
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
