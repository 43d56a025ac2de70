package dev.doorward.user;

/** What a feature keeps about a user that no foreign key takes along when the user goes. */
public interface Belongings {

  /**
   * Deletes all of it, in the transaction that has deleted the user.
   *
   * @param email the address that they had
   */
  void forget(String userId, String email);
}
