package dev.doorward.account;

import dev.doorward.database.Page;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code account}. */
interface AccountMapper {

  String COLUMNS = """
      id, userId, type, provider, providerAccountId, createdAt, updatedAt, accessToken, refreshToken, idToken,
      accessTokenExpiresAt, refreshTokenExpiresAt, scope, tokenType, sessionState
      """;

  String TOKENS_OF_OTHER_KEYS = """
      id,
      IF(LEFT(accessToken, CHAR_LENGTH(#{current})) = #{current}, NULL, accessToken) AS accessToken,
      IF(LEFT(refreshToken, CHAR_LENGTH(#{current})) = #{current}, NULL, refreshToken) AS refreshToken,
      IF(LEFT(idToken, CHAR_LENGTH(#{current})) = #{current}, NULL, idToken) AS idToken
      """;

  @Select(value = """
      INSERT INTO account
        (id, userId, type, provider, providerAccountId, accessToken, refreshToken, idToken, accessTokenExpiresAt,
         refreshTokenExpiresAt, scope, tokenType, sessionState, createdAt, updatedAt)
      VALUES
        (#{account.id}, #{userId}, #{account.type}, #{account.provider}, #{account.providerAccountId},
         #{account.tokens.accessToken.value}, #{account.tokens.refreshToken.value}, #{account.tokens.idToken.value},
         #{account.tokens.accessTokenExpiresAt.value}, #{account.tokens.refreshTokenExpiresAt.value},
         #{account.tokens.scope.value}, #{account.tokens.tokenType.value}, #{account.tokens.sessionState.value},
         UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      RETURNING\s""" + COLUMNS, affectData = true)
  Account insert(@Param("userId") String userId, @Param("account") NewAccount account);

  /** @param accounts as {@link dev.doorward.database.JsonRows} */
  @Insert("""
      INSERT INTO account
        (id, userId, type, provider, providerAccountId, accessToken, refreshToken, idToken, accessTokenExpiresAt,
         refreshTokenExpiresAt, scope, tokenType, sessionState, createdAt, updatedAt)
      SELECT id, userId, type, provider, providerAccountId, accessToken, refreshToken, idToken, accessTokenExpiresAt,
             refreshTokenExpiresAt, scope, tokenType, sessionState, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
      FROM JSON_TABLE(#{accounts}, '$[*]' COLUMNS (
        id VARCHAR(64) PATH '$.id',
        userId VARCHAR(64) PATH '$.userId',
        type VARCHAR(32) PATH '$.type',
        provider VARCHAR(255) PATH '$.provider',
        providerAccountId VARCHAR(255) PATH '$.providerAccountId',
        accessToken TEXT PATH '$.accessToken',
        refreshToken TEXT PATH '$.refreshToken',
        idToken TEXT PATH '$.idToken',
        accessTokenExpiresAt DATETIME(6) PATH '$.accessTokenExpiresAt',
        refreshTokenExpiresAt DATETIME(6) PATH '$.refreshTokenExpiresAt',
        scope TEXT PATH '$.scope',
        tokenType VARCHAR(64) PATH '$.tokenType',
        sessionState TEXT PATH '$.sessionState')) AS wanted
      """)
  int insertAll(String accounts);

  /**
   * Those that have one of the ids, or that the provider calls by one of the names.
   *
   * @param accounts as {@link dev.doorward.database.JsonRows}
   */
  @Select("""
      SELECT account.id, account.userId, account.provider, account.providerAccountId
      FROM JSON_TABLE(#{accounts}, '$[*]' COLUMNS (
        id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin PATH '$.id')) AS wanted
      STRAIGHT_JOIN account ON account.id = wanted.id
      UNION ALL
      SELECT account.id, account.userId, account.provider, account.providerAccountId
      FROM JSON_TABLE(#{accounts}, '$[*]' COLUMNS (
        provider VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin PATH '$.provider',
        providerAccountId VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$.providerAccountId')) AS wanted
      STRAIGHT_JOIN account
        ON account.provider = wanted.provider AND account.providerAccountId = wanted.providerAccountId
      """)
  List<Accounts.Known> selectKnown(@Param("accounts") String accounts);

  /** All of some users, in the order in which they were linked. */
  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM account
        WHERE userId IN <foreach collection="userIds" item="id" open="(" separator="," close=")">#{id}</foreach>
        ORDER BY userId, createdAt, id
      </script>
      """)
  List<Account> selectOfUsers(@Param("userIds") Collection<String> userIds);

  @Select("SELECT " + COLUMNS + " FROM account WHERE id = #{id}")
  Optional<Account> selectById(String id);

  /** Holds the account until the transaction ends, at all nodes of a cluster: these compare what they have written. */
  @Update("UPDATE account SET version = version + 1 WHERE id = #{id}")
  int lock(String id);

  @Select("SELECT " + COLUMNS
      + " FROM account WHERE provider = #{provider} AND providerAccountId = #{providerAccountId}")
  Optional<Account> selectByProvider(
      @Param("provider") String provider, @Param("providerAccountId") String providerAccountId);

  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM account
        WHERE userId = #{userId}
        <if test="after != null">
          AND createdAt &gt;= #{after.time} AND (createdAt &gt; #{after.time} OR id &gt; #{after.key})
        </if>
        ORDER BY createdAt, id
        LIMIT #{limit}
      </script>
      """)
  List<Account> selectPage(
      @Param("userId") String userId,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  @Select("SELECT COUNT(*) FROM account WHERE userId = #{userId}")
  int countOfUser(String userId);

  @Update("""
      UPDATE account
      SET accessToken = IF(#{changes.accessToken.given}, #{changes.accessToken.value}, accessToken),
          refreshToken = IF(#{changes.refreshToken.given}, #{changes.refreshToken.value}, refreshToken),
          idToken = IF(#{changes.idToken.given}, #{changes.idToken.value}, idToken),
          accessTokenExpiresAt = IF(#{changes.accessTokenExpiresAt.given}, #{changes.accessTokenExpiresAt.value},
                                    accessTokenExpiresAt),
          refreshTokenExpiresAt = IF(#{changes.refreshTokenExpiresAt.given}, #{changes.refreshTokenExpiresAt.value},
                                     refreshTokenExpiresAt),
          scope = IF(#{changes.scope.given}, #{changes.scope.value}, scope),
          tokenType = IF(#{changes.tokenType.given}, #{changes.tokenType.value}, tokenType),
          sessionState = IF(#{changes.sessionState.given}, #{changes.sessionState.value}, sessionState),
          updatedAt = UTC_TIMESTAMP(6)
      WHERE id = #{id}
      """)
  int update(@Param("id") String id, @Param("changes") AccountChanges changes);

  /** The accounts after that one, with those of their tokens that do not begin like this. */
  @Select("SELECT " + TOKENS_OF_OTHER_KEYS
      + " FROM account WHERE id > #{after} ORDER BY id LIMIT #{limit}")
  List<StoredTokens> selectTokensOfOtherKeys(
      @Param("after") String after, @Param("current") String current, @Param("limit") int limit);

  @Select("SELECT " + TOKENS_OF_OTHER_KEYS + " FROM account WHERE id = #{id}")
  Optional<StoredTokens> selectTokensOfOtherKey(
      @Param("id") String id, @Param("current") String current);

  /**
   * Only as long as they are as they were read; their account does not count as changed.
   *
   * @param before hashed
   */
  @Update("""
      UPDATE account
      SET accessToken = COALESCE(#{after.accessToken}, accessToken),
          refreshToken = COALESCE(#{after.refreshToken}, refreshToken),
          idToken = COALESCE(#{after.idToken}, idToken)
      WHERE id = #{before.id}
        AND (#{before.accessToken} IS NULL OR SHA2(accessToken, 256) = #{before.accessToken})
        AND (#{before.refreshToken} IS NULL OR SHA2(refreshToken, 256) = #{before.refreshToken})
        AND (#{before.idToken} IS NULL OR SHA2(idToken, 256) = #{before.idToken})
      """)
  int replaceTokens(@Param("before") StoredTokens before, @Param("after") StoredTokens after);

  @Delete("DELETE FROM account WHERE id = #{id}")
  int delete(String id);

  @Delete("DELETE FROM account WHERE userId = #{userId}")
  int deleteAll(String userId);
}
