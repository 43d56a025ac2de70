package dev.doorward.account;

/** An account of somebody who is created along with it. */
public record ImportedAccount(String userId, NewAccount account) {}
