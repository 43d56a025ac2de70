package dev.doorward.revocation;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/** Rows of {@code revocation} and {@code revocation_lane}. */
interface RevocationMapper {

  @Update("UPDATE revocation_lane SET seq = seq + 1 WHERE lane = #{lane}")
  void advance(int lane);

  @Insert("""
      INSERT INTO revocation (lane, seq, kind, sessionId, userId, createdAt)
      SELECT lane, seq, #{revocation.kind}, #{revocation.sessionId}, #{revocation.userId}, UTC_TIMESTAMP(6)
      FROM revocation_lane
      WHERE lane = #{lane}
      """)
  void insertAtHead(@Param("lane") int lane, @Param("revocation") Revocation revocation);
}
