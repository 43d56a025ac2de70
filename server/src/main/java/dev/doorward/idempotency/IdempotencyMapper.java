package dev.doorward.idempotency;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** Rows of {@code idempotency}. */
interface IdempotencyMapper {

  record Row(byte[] fingerprint, String resourceId) {}

  /** The key of a row that is kept no longer. */
  record Old(String caller, String ended) {}

  /** @return 1 if the row is new, 0 if there was one */
  @Insert("""
      INSERT IGNORE INTO idempotency (caller, requestId, fingerprint, resourceId, createdAt)
      VALUES (#{caller}, #{requestId}, #{fingerprint}, #{resourceId}, UTC_TIMESTAMP(6))
      """)
  int insertUnlessPresent(
      @Param("caller") String caller,
      @Param("requestId") String requestId,
      @Param("fingerprint") byte[] fingerprint,
      @Param("resourceId") String resourceId);

  @Select("""
      SELECT fingerprint, resourceId
      FROM idempotency
      WHERE caller = #{caller} AND requestId = #{requestId}
      """)
  Optional<Row> select(@Param("caller") String caller, @Param("requestId") String requestId);

  @Select("""
      SELECT caller, requestId AS ended
      FROM idempotency
      WHERE createdAt < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
      ORDER BY createdAt
      LIMIT #{limit}
      """)
  List<Old> selectOld(int limit);

  @Delete("""
      <script>
        DELETE FROM idempotency
        WHERE <foreach collection='rows' item='row' separator=' OR '>
          caller = #{row.caller} AND requestId = #{row.ended}
        </foreach>
      </script>
      """)
  int deleteAll(@Param("rows") Collection<Old> rows);
}
