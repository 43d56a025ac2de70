package dev.doorward.attempt;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/**
 * Rows of {@code account_attempts} and {@code network_attempts}. What several servers must agree on is judged by the
 * database's clock, under the lock of the one row; that clock stands still during a statement, so one that has waited for the
 * lock may see times that are still to come. MariaDB assigns from left to right: what stands below
 * {@code lastAttempt} sees whether this attempt was let in.
 */
interface AttemptMapper {

  /** What an account's or a network's count says about another attempt; no wait above 0 is none. */
  record Standing(int failures, long waitMicros) {}

  /** A count after an attempt was counted, or refused to be. */
  record Counted(boolean granted, int failures, long waitMicros) {}

  /** A row that the sweep came by, and whether it says nothing any longer. */
  record Passed(String key, boolean forgotten) {}

  /** Without waiting for whoever is changing the counts. */
  @Select("""
      SELECT failures, IFNULL(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), blockedUntil), 0) AS waitMicros
      FROM account_attempts
      WHERE subject = #{subject}
      UNION ALL
      SELECT 0, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), recoveredAt) - #{slackMicros}
      FROM network_attempts
      WHERE network = #{network}
      """)
  List<Standing> select(
      @Param("subject") String subject,
      @Param("network") String network,
      @Param("slackMicros") long slackMicros);

  @Select(value = """
      INSERT INTO account_attempts (subject, failures, streak, lastAttempt, attemptedAt, blockedUntil)
      VALUES (#{subject}, 1, 1, #{id}, UTC_TIMESTAMP(6), NULL)
      ON DUPLICATE KEY UPDATE
        lastAttempt = IF(failures < #{config.limit} AND IFNULL(blockedUntil <= UTC_TIMESTAMP(6), TRUE),
                         VALUE(lastAttempt), lastAttempt),
        failures = IF(lastAttempt = VALUE(lastAttempt), failures + 1, failures),
        streak = IF(lastAttempt = VALUE(lastAttempt),
                    IF(attemptedAt < UTC_TIMESTAMP(6) - INTERVAL #{config.quietMicros} MICROSECOND, 1, streak + 1),
                    streak),
        attemptedAt = IF(lastAttempt = VALUE(lastAttempt), UTC_TIMESTAMP(6), attemptedAt),
        blockedUntil = IF(lastAttempt = VALUE(lastAttempt),
                          IF(streak < #{config.free}, NULL,
                             UTC_TIMESTAMP(6) + INTERVAL
                               LEAST(#{config.longestWaitMicros},
                                     #{config.firstWaitMicros} << LEAST(streak - #{config.free}, 31))
                               MICROSECOND),
                          blockedUntil)
      RETURNING lastAttempt = #{id} AS granted, failures,
                IFNULL(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), blockedUntil), 0) AS waitMicros
      """, affectData = true)
  Counted countForAccount(
      @Param("subject") String subject,
      @Param("id") String id,
      @Param("config") AttemptConfig config);

  /** @param slackMicros how far ahead of the clock the time of recovery may be for another attempt */
  @Select(value = """
      INSERT INTO network_attempts (network, lastAttempt, recoveredAt)
      VALUES (#{network}, #{id}, UTC_TIMESTAMP(6) + INTERVAL #{recoveryMicros} MICROSECOND)
      ON DUPLICATE KEY UPDATE
        lastAttempt = IF(recoveredAt <= UTC_TIMESTAMP(6) + INTERVAL #{slackMicros} MICROSECOND,
                         VALUE(lastAttempt), lastAttempt),
        recoveredAt = IF(lastAttempt = VALUE(lastAttempt),
                         GREATEST(recoveredAt, UTC_TIMESTAMP(6)) + INTERVAL #{recoveryMicros} MICROSECOND,
                         recoveredAt)
      RETURNING lastAttempt = #{id} AS granted, 0 AS failures,
                TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), recoveredAt) - #{slackMicros} AS waitMicros
      """, affectData = true)
  Counted countForNetwork(
      @Param("network") String network,
      @Param("id") String id,
      @Param("recoveryMicros") long recoveryMicros,
      @Param("slackMicros") long slackMicros);

  @Select("""
      <script>
        SELECT failures, attemptedAt, blockedUntil
        FROM account_attempts
        WHERE subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
        LIMIT 1
      </script>
      """)
  Optional<WrongPasswords> selectWrongPasswords(@Param("subjects") Collection<String> subjects);

  @Delete("DELETE FROM account_attempts WHERE subject = #{subject}")
  int clearAccount(String subject);

  @Delete("""
      <script>
        DELETE FROM account_attempts
        WHERE subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
      </script>
      """)
  int clearAccounts(@Param("subjects") Collection<String> subjects);

  /**
   * Takes an attempt back. The wait that it began ends; one that another began afterwards goes on, unless there are too
   * few left for any.
   *
   * @param ifLast whether to do so only if no other attempt came after it
   */
  @Update("""
      UPDATE account_attempts
      SET blockedUntil = IF(lastAttempt = #{id} OR streak <= #{free}, NULL, blockedUntil),
          failures = GREATEST(failures - 1, 0),
          streak = GREATEST(streak - 1, 0)
      WHERE subject = #{subject} AND (lastAttempt = #{id} OR NOT #{ifLast})
      """)
  int releaseAccount(
      @Param("subject") String subject,
      @Param("id") String id,
      @Param("free") int free,
      @Param("ifLast") boolean ifLast);

  @Update("""
      UPDATE network_attempts
      SET recoveredAt = recoveredAt - INTERVAL #{recoveryMicros} MICROSECOND
      WHERE network = #{network} AND (lastAttempt = #{id} OR NOT #{ifLast})
      """)
  int releaseNetwork(
      @Param("network") String network,
      @Param("id") String id,
      @Param("recoveryMicros") long recoveryMicros,
      @Param("ifLast") boolean ifLast);

  /** A user's failures are kept for as long as there is the user; anybody else's until they are old. */
  @Select("""
      SELECT a.subject AS `key`,
             a.failures = 0
               OR (a.attemptedAt < UTC_TIMESTAMP(6) - INTERVAL #{memoryMicros} MICROSECOND
                   AND NOT EXISTS (SELECT 1 FROM user u
                                   WHERE a.subject LIKE 'user:%' AND u.id = SUBSTRING(a.subject, 6))) AS forgotten
      FROM account_attempts a
      WHERE a.subject > #{after}
      ORDER BY a.subject
      LIMIT #{limit}
      """)
  List<Passed> passAccounts(
      @Param("after") String after,
      @Param("memoryMicros") long memoryMicros,
      @Param("limit") int limit);

  @Select("""
      SELECT network AS `key`, recoveredAt < UTC_TIMESTAMP(6) AS forgotten
      FROM network_attempts
      WHERE network > #{after}
      ORDER BY network
      LIMIT #{limit}
      """)
  List<Passed> passNetworks(@Param("after") String after, @Param("limit") int limit);

  /** Of these, the ones that nobody has counted for in the meantime. */
  @Delete("""
      <script>
        DELETE FROM account_attempts
        WHERE (failures = 0 OR attemptedAt &lt; UTC_TIMESTAMP(6) - INTERVAL #{memoryMicros} MICROSECOND)
          AND subject IN <foreach collection='subjects' item='s' open='(' separator=',' close=')'>#{s}</foreach>
      </script>
      """)
  int deleteAccounts(
      @Param("subjects") Collection<String> subjects, @Param("memoryMicros") long memoryMicros);

  @Delete("""
      <script>
        DELETE FROM network_attempts
        WHERE recoveredAt &lt; UTC_TIMESTAMP(6)
          AND network IN <foreach collection='networks' item='n' open='(' separator=',' close=')'>#{n}</foreach>
      </script>
      """)
  int deleteNetworks(@Param("networks") Collection<String> networks);
}
