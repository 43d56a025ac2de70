package dev.doorward.account;

/** An account to link, before it is known to whom. */
public record NewAccount(
    String id, String type, String provider, String providerAccountId, AccountChanges tokens) {}
