package dev.doorward.verification;

import java.util.Collection;
import java.util.List;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/**
 * Rows of {@code delivery}. What several servers must agree on is judged by the database's clock, under the lock of the one
 * row. MariaDB assigns from left to right: what stands below {@code lastRequest} sees whether this request was let in.
 */
interface DeliveryMapper {

  /** A count after a request was counted, or refused to be. */
  record Counted(boolean granted, long waitMicros) {}

  /** For how long each must wait, without waiting for whoever is changing the counts; no wait above 0 is none. */
  @Select("""
      <script>
        SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), recoveredAt) - #{slackMicros}
        FROM delivery
        WHERE subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
      </script>
      """)
  List<Long> selectWaits(
      @Param("subjects") Collection<String> subjects, @Param("slackMicros") long slackMicros);

  /** @param slackMicros how far ahead of the clock the time of recovery may be for another request */
  @Select(value = """
      INSERT INTO delivery (subject, lastRequest, recoveredAt)
      VALUES (#{subject}, #{id}, UTC_TIMESTAMP(6) + INTERVAL #{intervalMicros} MICROSECOND)
      ON DUPLICATE KEY UPDATE
        lastRequest = IF(recoveredAt <= UTC_TIMESTAMP(6) + INTERVAL #{slackMicros} MICROSECOND,
                         VALUE(lastRequest), lastRequest),
        recoveredAt = IF(lastRequest = VALUE(lastRequest),
                         GREATEST(recoveredAt, UTC_TIMESTAMP(6)) + INTERVAL #{intervalMicros} MICROSECOND,
                         recoveredAt)
      RETURNING lastRequest = #{id} AS granted,
                TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), recoveredAt) - #{slackMicros} AS waitMicros
      """, affectData = true)
  Counted count(
      @Param("subject") String subject,
      @Param("id") String id,
      @Param("intervalMicros") long intervalMicros,
      @Param("slackMicros") long slackMicros);

  @Delete("""
      <script>
        DELETE FROM delivery
        WHERE subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
      </script>
      """)
  int deleteAll(@Param("subjects") Collection<String> subjects);

  @Select("""
      SELECT subject AS ended FROM delivery WHERE recoveredAt < UTC_TIMESTAMP(6) ORDER BY recoveredAt LIMIT #{limit}
      """)
  List<String> selectRecovered(int limit);

  /** Of these, the ones that nobody has counted for in the meantime. */
  @Delete("""
      <script>
        DELETE FROM delivery
        WHERE recoveredAt &lt; UTC_TIMESTAMP(6)
          AND subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
      </script>
      """)
  int deleteRecovered(@Param("subjects") Collection<String> subjects);
}
