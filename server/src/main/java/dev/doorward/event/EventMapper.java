package dev.doorward.event;

import dev.doorward.call.Origin;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;

/** Rows of {@code event}. */
interface EventMapper {

  @Insert("""
      INSERT INTO event (createdAt, caller, type, userId, sessionId, accountId, callerKeyId, ipAddress)
      VALUES (UTC_TIMESTAMP(6), #{origin.caller}, #{event.type}, #{event.userId}, #{event.sessionId},
              #{event.accountId}, #{event.callerKeyId}, #{origin.ipAddress})
      """)
  void insert(@Param("origin") Origin origin, @Param("event") Event event);
}
