package dev.doorward.revocation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code revocation}, {@code revocation_lane} and {@code revocation_feed}. */
interface RevocationMapper {

  /** A lane and the number of its last revocation. */
  record Lane(String epoch, int lane, long seq) {
    /** The columns in their order. */
    static Lane read(ResultSet row) throws SQLException {
      return new Lane(row.getString(1), row.getInt(2), row.getLong(3));
    }
  }

  /** After which number of a lane to read, and up to which. */
  record Range(int lane, long after, long to) {}

  @Update("UPDATE revocation_lane SET seq = seq + 1 WHERE lane = #{lane}")
  void advance(int lane);

  @Insert("""
      INSERT INTO revocation (lane, seq, kind, sessionId, userId, createdAt)
      SELECT lane, seq, #{revocation.kind}, #{revocation.sessionId}, #{revocation.userId}, UTC_TIMESTAMP(6)
      FROM revocation_lane
      WHERE lane = #{lane}
      """)
  void insertAtHead(@Param("lane") int lane, @Param("revocation") Revocation revocation);

  /** All lanes, in their order. */
  @Select("""
      SELECT (SELECT epoch FROM revocation_feed WHERE id = 1) AS epoch, lane, seq
      FROM revocation_lane FORCE INDEX (PRIMARY)
      ORDER BY lane
      """)
  List<Lane> selectLanes();

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
}
