package dev.doorward.event;

import java.time.Instant;

/**
 * An event in the log.
 *
 * @param seq its place in the log's order, null as long as it has none
 * @param type the name of an {@link EventType}, or of one that only a newer server knows
 * @param userId null if it is about nobody
 * @param sessionId null if it is about no session in particular
 * @param accountId null if it is about no account in particular
 * @param callerKeyId null if it is about no caller's key
 * @param ipAddress null if the caller did not say
 */
public record Recorded(
    long id,
    Long seq,
    Instant createdAt,
    String caller,
    String type,
    String userId,
    String sessionId,
    String accountId,
    String callerKeyId,
    String ipAddress) {}
