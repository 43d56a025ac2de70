package dev.doorward.verification;

import java.time.Instant;
import java.util.Optional;
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
}
