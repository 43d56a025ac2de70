package dev.doorward.restore;

import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Update;

/** What a copy has of other features' tables that may be out of date. */
interface RestoreMapper {

  @Update("UPDATE revocation_feed SET epoch = UUID() WHERE id = 1")
  int beginEpoch();

  @Delete("DELETE FROM session LIMIT #{limit}")
  int deleteSessions(int limit);

  @Delete("DELETE FROM verification LIMIT #{limit}")
  int deleteVerifications(int limit);
}
