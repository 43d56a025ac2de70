package dev.doorward.event;

import dev.doorward.call.Origin;
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

/** Rows of {@code event} and {@code event_head}. */
interface EventMapper {

  String COLUMNS =
      "id, seq, createdAt, caller, type, userId, sessionId, accountId, callerKeyId, ipAddress";

  @Insert("""
      INSERT INTO event (createdAt, caller, type, userId, sessionId, accountId, callerKeyId, ipAddress)
      VALUES (UTC_TIMESTAMP(6), #{origin.caller}, #{event.type}, #{event.userId}, #{event.sessionId},
              #{event.accountId}, #{event.callerKeyId}, #{origin.ipAddress})
      """)
  void insert(@Param("origin") Origin origin, @Param("event") Event event);

  /** @param userIds a JSON array */
  @Insert("""
      INSERT INTO event (createdAt, caller, type, userId, ipAddress)
      SELECT UTC_TIMESTAMP(6), #{origin.caller}, #{type}, userId, #{origin.ipAddress}
      FROM JSON_TABLE(#{userIds}, '$[*]' COLUMNS (userId VARCHAR(64) PATH '$')) AS changed
      """)
  void insertOfUsers(
      @Param("origin") Origin origin,
      @Param("type") EventType type,
      @Param("userIds") String userIds);

  @Select("""
      <script>
        SELECT\s""" + COLUMNS + """
        FROM event
        WHERE createdAt &gt;= #{filter.createdAfter}
          <if test="filter.userId != null">AND userId = #{filter.userId}</if>
          <if test="filter.createdBefore != null">AND createdAt &lt; #{filter.createdBefore}</if>
          <if test="after != null">
            AND createdAt &lt;= #{after.time}
            AND (createdAt &lt; #{after.time} OR id &lt; CAST(#{after.key} AS SIGNED))
          </if>
        ORDER BY createdAt DESC, id DESC
        LIMIT #{limit}
      </script>
      """)
  List<Recorded> selectPage(
      @Param("filter") EventFilter filter,
      @Param("after") Page.Position after,
      @Param("limit") int limit);

  @Update("""
      UPDATE event
      SET userId = NULL, sessionId = NULL, accountId = NULL, ipAddress = NULL
      WHERE userId = #{userId}
      """)
  int forget(String userId);

  /** The last place that is taken. */
  @Select("""
      SELECT (SELECT epoch FROM revocation_feed WHERE id = 1) AS epoch, seq FROM event_head WHERE id = 1
      """)
  EventCursor selectHead();

  /** Holds the head until the transaction ends, so that places are given one after the other. */
  @Select("SELECT seq FROM event_head WHERE id = 1 FOR UPDATE")
  long lockHead();

  @Update("UPDATE event_head SET seq = #{seq} WHERE id = 1")
  void moveHead(long seq);

  @Select("SELECT MAX(id) FROM event")
  Optional<Long> selectLastId();

  /** Committed events without a place. It reads past those that are not committed, and never waits for them. */
  @Select("""
      SELECT id FROM event FORCE INDEX (event_seq)
      WHERE seq IS NULL AND id > #{afterId}
      ORDER BY id
      LIMIT #{limit}
      """)
  List<Long> selectUnplaced(@Param("afterId") long afterId, @Param("limit") int limit);

  /**
   * Gives the events the places that follow the head.
   *
   * @param ids a JSON array, in the order of the places. It locks these rows alone: a WHERE over others would wait for
   *     whoever has not committed.
   */
  @Update("""
      UPDATE JSON_TABLE(#{ids}, '$[*]' COLUMNS (place FOR ORDINALITY, id BIGINT PATH '$')) AS placed
      STRAIGHT_JOIN event ON event.id = placed.id
      SET event.seq = #{head} + placed.place
      """)
  void place(@Param("head") long head, @Param("ids") String ids);

  /** In their order. */
  @Select("SELECT " + COLUMNS + """
       FROM event FORCE INDEX (event_seq)
      WHERE seq > #{after} AND seq <= #{to}
      ORDER BY seq
      LIMIT #{limit}
      """)
  List<Recorded> selectPlaced(
      @Param("after") long after, @Param("to") long to, @Param("limit") int limit);

  /** An event that is kept, or has had its time. */
  record Aged(long id, boolean old) {}

  /** Those at the beginning of the log. */
  @Select("""
      SELECT id, createdAt < UTC_TIMESTAMP(6) - INTERVAL #{keptSeconds} SECOND AS old
      FROM event FORCE INDEX (event_seq)
      WHERE seq > 0
      ORDER BY seq
      LIMIT #{limit}
      """)
  List<Aged> selectFirst(@Param("keptSeconds") long keptSeconds, @Param("limit") int limit);

  @Delete("""
      <script>
        DELETE FROM event
        WHERE id IN <foreach collection='ids' item='id' open='(' separator=',' close=')'>#{id}</foreach>
      </script>
      """)
  int deleteAll(@Param("ids") Collection<Long> ids);

  /** The first place whose event is still there. */
  @Select("SELECT MIN(seq) FROM event WHERE seq > 0")
  Optional<Long> selectFirstPlace();

  /** Rows that are no events, but keep room for some, have the place 0 and the time {@link EventFilter#BALLAST}. */
  @Select("SELECT EXISTS (SELECT 1 FROM event WHERE seq = 0)")
  boolean hasBallast();

  /** @param texts a JSON array with what to fill each row with */
  @Insert("""
      INSERT INTO event (seq, createdAt, caller, type, sessionId, accountId, callerKeyId, ipAddress)
      SELECT 0, #{createdAt}, filler, filler, filler, filler, filler, filler
      FROM JSON_TABLE(#{texts}, '$[*]' COLUMNS (filler VARCHAR(64) PATH '$')) AS added
      """)
  void insertBallast(@Param("createdAt") Instant createdAt, @Param("texts") String texts);

  @Delete("DELETE FROM event WHERE seq = 0")
  int deleteBallast();
}
