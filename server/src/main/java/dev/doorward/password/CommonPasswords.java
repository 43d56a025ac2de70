package dev.doorward.password;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What people take for a password who think of nothing, by rules: common words and names with the usual endings, walks over
 * the keyboard, digits. It is no list of a breach, of which few may be passed on; such a list is to be configured.
 */
final class CommonPasswords {

  private static final int SHORTEST = 6;
  private static final int LONGEST_REPETITION = 12;

  private static final List<String> WORDS = List.of("""
      password passwort passw0rd p@ssword p@ssw0rd pa$$word pass motdepasse contrasena contraseña senha parola haslo wachtwoord
      heslo salasana admin administrator root user guest test tester testing demo default changeme letmein welcome
      willkommen bienvenue bienvenido login access secret master super system server service support manager office
      company computer internet windows google facebook yahoo youtube samsung apple iphone android microsoft linux
      oracle mysql pokemon minecraft roblox fortnite nintendo playstation starwars superman batman spiderman ironman
      matrix hello hallo iloveyou ilovegod ilove loveyou lovely love forever family friend friends mother father mommy
      daddy baby babygirl angel angels heaven jesus christ blessed faith peace happy smile sunshine sunflower rainbow
      summer winter spring autumn january february march april june july august september october november december
      monday tuesday wednesday thursday friday saturday sunday football baseball basketball soccer hockey tennis golfer
      liverpool arsenal chelsea barcelona realmadrid juventus bayern dortmund manchester england germany france brasil
      brazil espana italia america canada mexico india london paris berlin newyork chicago dallas texas dragon monkey
      tiger eagle falcon phoenix panther lion shark dolphin butterfly horse kitty puppy snoopy buster shadow hunter
      ranger killer warrior ninja samurai wizard knight king queen princess prince princesa flower orange banana cherry
      cookie chocolate coffee pepper ginger purple silver golden diamond mustang ferrari porsche mercedes corvette camaro
      yamaha honda harley toyota michael michelle jennifer jessica ashley amanda andrew anthony daniel david charlie
      thomas robert william joshua matthew jordan nicole samantha victoria elizabeth alexander alexandra maria martin
      patrick richard george harry oliver oscar sophie sophia emma anna laura sarah julia andrea carlos miguel antonio
      francisco fernando alejandro natasha svetlana ivan dmitri mohammed muhammad ahmed ali omar fatima qwerty qwertz
      azerty asdf zxcv qazwsx abc abcd abcdef freedom liberty trustno whatever nothing something computer1 money dollar
      lucky casino music guitar rock metallica nirvana eminem slipknot blink rebel player gamer soldier marine pirate
      """.split("\\s+"));

  private static final List<String> ENDINGS = List.of("""
      1 2 3 7 12 13 21 99 01 007 123 1234 12345 ! 1! 123! @123
      """.strip().split("\\s+"));

  private static final int FIRST_YEAR = 2020;
  private static final int LAST_YEAR = 2027;

  private static final List<String> ROWS = List.of(
      "1234567890",
      "0123456789",
      "qwertyuiop",
      "qwertzuiop",
      "azertyuiop",
      "asdfghjkl",
      "qsdfghjklm",
      "zxcvbnm",
      "yxcvbnm",
      "wxcvbn",
      "abcdefghijklmnopqrstuvwxyz",
      "1qaz2wsx3edc4rfv",
      "1q2w3e4r5t6y7u8i",
      "q1w2e3r4t5y6",
      "qazwsxedcrfv",
      "zaq12wsxcde3",
      "1qazxsw23edc",
      "a1b2c3d4e5f6",
      "asdfqwer1234",
      "qwer1234asdf",
      "147258369",
      "159753456",
      "741852963",
      "987654321");

  private static final List<String> OTHERS = List.of(
      "!qaz2wsx",
      "1qaz@wsx",
      "!qaz@wsx",
      "1qaz!qaz",
      "zaq1@wsx",
      "qwe123",
      "qwe123qwe",
      "qweasd",
      "qweasdzxc",
      "asdasd",
      "asd123",
      "zxc123",
      "qweqwe",
      "abc123",
      "abc12345",
      "abcd1234",
      "aa123456",
      "a123456",
      "a1234567",
      "a12345678",
      "a123456789",
      "123456a",
      "123456aa",
      "1234567a",
      "123456789a",
      "123qwe",
      "123abc",
      "1234qwer",
      "12345qwert",
      "q1w2e3r4",
      "1a2b3c4d",
      "112233",
      "11223344",
      "1122334455",
      "123321",
      "1234321",
      "12344321",
      "123454321",
      "123654",
      "102030",
      "10203040",
      "010203",
      "01020304",
      "121212",
      "131313",
      "123123",
      "123123123",
      "12341234",
      "1234512345",
      "123456123456",
      "456456",
      "789456",
      "789456123",
      "456789",
      "147258",
      "159357",
      "159753",
      "258456",
      "369258147",
      "1029384756",
      "0987654321",
      "987654",
      "7777777",
      "5201314",
      "1314520",
      "142536",
      "monkey1!",
      "trustno1",
      "letmein1",
      "iloveyou2",
      "correcthorsebatterystaple");

  /** Made when it is first asked for, which takes about as long as a password's hash. */
  private static final Set<String> ALL = all();

  private CommonPasswords() {}

  static boolean contain(Password password) {
    return password.isOneOf(ALL);
  }

  private static Set<String> all() {
    Set<String> all = new HashSet<>(OTHERS);
    WORDS.forEach(word -> addWord(all, word));
    ROWS.forEach(row -> {
      addWalks(all, row);
      addWalks(all, new StringBuilder(row).reverse().toString());
    });
    IntStream.rangeClosed('a', 'z').forEach(letter -> addRepetitions(all, (char) letter + ""));
    IntStream.rangeClosed(0, 9).forEach(digit -> addRepetitions(all, digit + ""));
    IntStream.rangeClosed(10, 99).forEach(pair -> addRepetitions(all, pair + ""));
    IntStream.rangeClosed(1940, LAST_YEAR).forEach(year -> addRepetitions(all, year + ""));
    all.removeIf(password -> password.length() < SHORTEST);
    return all;
  }

  private static void addWord(Set<String> all, String word) {
    String capital = Character.toUpperCase(word.charAt(0)) + word.substring(1);
    all.add(word + word);
    for (String form : List.of(word, capital)) {
      all.add(form);
      ENDINGS.forEach(ending -> all.add(form + ending));
      for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        all.add(form + year);
      }
    }
  }

  private static void addWalks(Set<String> all, String row) {
    for (int from = 0; from < row.length(); from++) {
      for (int to = from + 4; to <= row.length(); to++) {
        String walk = row.substring(from, to);
        all.add(walk);
        all.add(walk + walk);
        all.add(walk + "1");
        all.add(walk + "123");
      }
    }
  }

  private static void addRepetitions(Set<String> all, String unit) {
    for (int times = 2; times * unit.length() <= LONGEST_REPETITION; times++) {
      all.add(unit.repeat(times));
    }
  }
}
