package dev.doorward.attack;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a client says on one connection: a few calls as they should be, of whose frames half are changed. */
final class FrameScript {

  private static final int MOST_CALLS = 4;
  private static final int PADDED = 0x8;
  private static final int UNKNOWN_TYPE = 0xbb;
  private static final int[] STREAMS = {0, 1, 2, 3, 5, 7, 9, 1001, Integer.MAX_VALUE, -1};
  private static final int[] SETTINGS = {
    0, 1, -1, 16_383, 16_384, 65_535, 1 << 24, Integer.MAX_VALUE
  };

  /** @param length what the frame says of its length */
  private record Frame(int type, int flags, int stream, int length, byte[] payload) {

    Frame(int type, int flags, int stream, byte[] payload) {
      this(type, flags, stream, payload.length, payload);
    }

    void writeTo(ByteArrayOutputStream out) {
      out.write(length >>> 16);
      out.write(length >>> 8);
      out.write(length);
      out.write(type);
      out.write(flags);
      out.writeBytes(Http2Socket.number(stream));
      out.writeBytes(payload);
    }
  }

  private final ValidRequests requests;
  private final Random random;
  private final List<Frame> frames = new ArrayList<>();
  private int calls;
  private int mutated;

  FrameScript(ValidRequests requests, Random random) {
    this.requests = requests;
    this.random = random;
    frames.add(new Frame(Http2Socket.SETTINGS, 0, 0, new byte[0]));
    for (calls = 0; calls <= random.nextInt(MOST_CALLS); calls++) {
      addCall(2 * calls + 1);
      addAny(2 * calls + 1);
    }
    mutate();
  }

  /** How many calls there would be if nothing had been changed. */
  int calls() {
    return calls;
  }

  int mutated() {
    return mutated;
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] preface = Http2Socket.preface();
    out.writeBytes(random.nextInt(100) == 0 ? Mutations.of(preface, random) : preface);
    frames.forEach(frame -> frame.writeTo(out));
    return out.toByteArray();
  }

  private void addCall(int stream) {
    ValidRequests.Method method =
        requests.methods().get(random.nextInt(requests.methods().size()));
    byte[] headers = Http2Socket.callHeaders(method.path());
    if (random.nextInt(4) == 0) {
      int cut = random.nextInt(headers.length);
      frames.add(new Frame(Http2Socket.HEADERS, 0, stream, Arrays.copyOf(headers, cut)));
      frames.add(new Frame(
          Http2Socket.CONTINUATION,
          Http2Socket.END_HEADERS,
          stream,
          Arrays.copyOfRange(headers, cut, headers.length)));
    } else {
      frames.add(new Frame(Http2Socket.HEADERS, Http2Socket.END_HEADERS, stream, headers));
    }
    byte[] message = requests.next(method, random).toByteArray();
    byte[] data = Http2Socket.prefixed(0, message.length, message);
    if (random.nextInt(8) == 0) {
      byte[] padded =
          ByteBuffer.allocate(1 + data.length + 3).put((byte) 3).put(data).array();
      frames.add(new Frame(Http2Socket.DATA, Http2Socket.END_STREAM | PADDED, stream, padded));
    } else {
      frames.add(new Frame(Http2Socket.DATA, Http2Socket.END_STREAM, stream, data));
    }
  }

  /** One of those that clients send in between. */
  private void addAny(int stream) {
    frames.add(
        switch (random.nextInt(7)) {
          case 0 -> new Frame(Http2Socket.PING, 0, 0, new byte[8]);
          case 1 -> new Frame(Http2Socket.WINDOW_UPDATE, 0, 0, Http2Socket.number(1000));
          case 2 -> new Frame(Http2Socket.WINDOW_UPDATE, 0, stream, Http2Socket.number(1000));
          case 3 -> new Frame(Http2Socket.PRIORITY, 0, stream, new byte[5]);
          case 4 -> new Frame(Http2Socket.SETTINGS, 1, 0, new byte[0]);
          case 5 -> new Frame(UNKNOWN_TYPE, 0, stream, new byte[3]);
          default ->
            random.nextInt(4) == 0
                ? new Frame(Http2Socket.GOAWAY, 0, 0, new byte[8])
                : new Frame(Http2Socket.RST_STREAM, 0, stream, Http2Socket.number(8));
        });
  }

  private void mutate() {
    List<Frame> before = List.copyOf(frames);
    frames.clear();
    for (Frame frame : before) {
      if (random.nextBoolean()) {
        mutated++;
        change(frame);
      } else {
        frames.add(frame);
      }
    }
  }

  private void change(Frame frame) {
    switch (random.nextInt(12)) {
      case 0 -> add(frame, frame.flags(), Mutations.of(frame.payload(), random));
      case 1 -> add(frame, frame.flags(), Mutations.bytes(random, random.nextInt(100)));
      case 2 -> add(frame, frame.flags() ^ 1 << random.nextInt(8), frame.payload());
      case 3 -> add(frame, random.nextInt(256), frame.payload());
      case 4 ->
        frames.add(new Frame(random.nextInt(12), frame.flags(), frame.stream(), frame.payload()));
      case 5 ->
        frames.add(new Frame(
            frame.type(), frame.flags(), STREAMS[random.nextInt(STREAMS.length)], frame.payload()));
      case 6 -> addWithLength(frame, frame.payload().length + random.nextInt(17) - 8);
      case 7 -> addWithLength(frame, random.nextInt(1 << 24));
      case 8 -> {
        frames.add(frame);
        frames.add(frame);
      }
      case 9 -> frames.add(random.nextInt(frames.size() + 1), frame);
      case 10 -> {
        frames.add(extremeSettings());
        frames.add(frame);
      }
      default -> {
        frames.add(frame);
        frames.add(new Frame(
            random.nextInt(12),
            random.nextInt(256),
            STREAMS[random.nextInt(STREAMS.length)],
            Mutations.bytes(random, random.nextInt(40))));
      }
    }
  }

  private void add(Frame frame, int flags, byte[] payload) {
    frames.add(new Frame(frame.type(), flags, frame.stream(), payload));
  }

  private void addWithLength(Frame frame, int length) {
    frames.add(new Frame(
        frame.type(), frame.flags(), frame.stream(), Math.max(0, length), frame.payload()));
  }

  private Frame extremeSettings() {
    int[] settings = new int[2 * (1 + random.nextInt(4))];
    for (int i = 0; i < settings.length; i += 2) {
      settings[i] = random.nextInt(10);
      settings[i + 1] = SETTINGS[random.nextInt(SETTINGS.length)];
    }
    return new Frame(Http2Socket.SETTINGS, 0, 0, Http2Socket.settings(settings));
  }
}
