package dev.doorward.account;

/** Where an account holds a provider's token. The columns' names are bound into what is stored: they never change. */
enum TokenColumn {
  ACCESS_TOKEN("accessToken", "access_token"),
  REFRESH_TOKEN("refreshToken", "refresh_token"),
  ID_TOKEN("idToken", "id_token");

  private final String column;
  private final String field;

  TokenColumn(String column, String field) {
    this.column = column;
    this.field = field;
  }

  String column() {
    return column;
  }

  /** Its name in messages. */
  String field() {
    return field;
  }
}
