package dev.doorward.revocation;

import dev.doorward.nearcache.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code revocation}, {@code revocation_lane} and {@code revocation_feed}. */
interface RevocationMapper {

  /** After which number of a lane to read, and up to which. */
  record Range(int lane, long after, long to) {}

  /** The key of a row that is kept no longer. */
  record Old(int lane, long ended) {}

  @Update("UPDATE revocation_lane SET seq = seq + 1 WHERE lane = #{lane}")
  void advance(int lane);

  @Insert("""
      INSERT INTO revocation (lane, seq, kind, sessionId, userId, createdAt)
      SELECT lane, seq, #{revocation.kind}, #{revocation.sessionId}, #{revocation.userId}, UTC_TIMESTAMP(6)
      FROM revocation_lane
      WHERE lane = #{lane}
      """)
  void insertAtHead(@Param("lane") int lane, @Param("revocation") Revocation revocation);

  @Select("""
      SELECT lane, seq AS ended
      FROM revocation
      WHERE createdAt < UTC_TIMESTAMP(6) - INTERVAL #{keptSeconds} SECOND
      ORDER BY createdAt
      LIMIT #{limit}
      """)
  List<Old> selectOld(@Param("keptSeconds") long keptSeconds, @Param("limit") int limit);

  @Delete("""
      <script>
        DELETE FROM revocation
        WHERE <foreach collection='rows' item='row' separator=' OR '>lane = #{row.lane} AND seq = #{row.ended}</foreach>
      </script>
      """)
  int deleteAll(@Param("rows") Collection<Old> rows);

  /** How far all lanes are: in one row, for every server asks this ten times a second. */
  @Select("""
      SELECT (SELECT epoch FROM revocation_feed WHERE id = 1) AS epoch, GROUP_CONCAT(seq ORDER BY lane) AS seqs
      FROM revocation_lane FORCE INDEX (PRIMARY)
      WHERE lane BETWEEN 0 AND 15
      """)
  Position selectHead();

  /** Reads the columns of {@link #selectHead}. */
  static Position readHead(ResultSet row) throws SQLException {
    return Position.of(
        row.getString(1),
        Stream.of(row.getString(2).split(",")).map(Long::valueOf).toList());
  }

  /** In the order of their numbers, lane by lane. */
  @Select("""
      <script>
        SELECT lane, seq, kind, sessionId, userId
        FROM revocation
        WHERE
        <foreach collection="ranges" item="range" separator=" OR ">
          lane = #{range.lane} AND seq BETWEEN #{range.after} + 1 AND #{range.to}
        </foreach>
        ORDER BY lane, seq
      </script>
      """)
  List<Numbered> selectRanges(@Param("ranges") List<Range> ranges);

  /** Rows that are no revocations, but keep room for some, are in a lane of their own, below 0. */
  @Select("SELECT EXISTS (SELECT 1 FROM revocation WHERE lane = 255 AND seq = -1)")
  boolean hasBallast();

  /**
   * @param createdAt when it will never be old
   * @param texts a JSON array with what to fill each row with
   */
  @Insert("""
      INSERT INTO revocation (lane, seq, kind, sessionId, userId, createdAt)
      SELECT 255, -place, LEFT(filler, 32), filler, filler, #{createdAt}
      FROM JSON_TABLE(#{texts}, '$[*]' COLUMNS (place FOR ORDINALITY, filler VARCHAR(64) PATH '$')) AS added
      """)
  void insertBallast(@Param("createdAt") Instant createdAt, @Param("texts") String texts);

  @Delete("DELETE FROM revocation WHERE lane = 255")
  int deleteBallast();
}
