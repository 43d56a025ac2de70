package dev.doorward.attack;

import com.google.protobuf.DynamicMessage;
import dev.doorward.testing.Await;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.GZIPOutputStream;

/**
 * Mutated messages of every method, on connections with many streams on which all else is as it should be. Each message is
 * made of the seed and its number alone.
 */
final class MessageStorm {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int STREAMS_AT_ONCE = 100;
  private static final int CALLS_PER_CONNECTION = 2000;
  private static final int LARGE_WINDOW = Integer.MAX_VALUE;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final String HEALTH = "/grpc.health.v1.Health/Check";
  private static final byte[] CANCEL = {0, 0, 0, 8};
  private static final int INTERNAL_ERROR = 2;
  private static final int MOST_FRAME_BYTES = 16_384;

  /** Of a message, as the server has it if nobody has told it otherwise. */
  private static final int MOST_MESSAGE_BYTES = 1 << 20;

  /** Of one answer, as gRPC's clients take it if nobody has told them otherwise. */
  private static final int MOST_METADATA = 8192;

  private static final int OVERHEAD = 32; // RFC 9113, 6.5.2
  private static final int MOST_SHOWN = 200;

  /** @param reframed whether it was put into frames as no client does it */
  private record Sent(
      ValidRequests.Method method, List<byte[]> frames, boolean compressed, boolean reframed) {

    /** gRPC refuses it by its length alone, and gives no reason. */
    private boolean mayBeTooLong() {
      return reframed || frames.stream().mapToInt(frame -> frame.length).sum() > MOST_MESSAGE_BYTES;
    }
  }

  private final int port;
  private final ValidRequests requests;
  private final long seed;
  private final Outcomes outcomes;

  MessageStorm(int port, ValidRequests requests, long seed, Outcomes outcomes) {
    this.port = port;
    this.requests = requests;
    this.seed = seed;
    this.outcomes = outcomes;
  }

  /** Sends the messages with these numbers, and returns when each has been answered. */
  void send(long from, long to, int connections) {
    AtomicLong next = new AtomicLong(from);
    Threads.run(connections, () -> {
      for (long first = next.getAndAdd(CALLS_PER_CONNECTION);
          first < to && !outcomes.isWrong();
          first = next.getAndAdd(CALLS_PER_CONNECTION)) {
        new Conversation(first, (int) Math.min(CALLS_PER_CONNECTION, to - first)).run();
      }
    });
  }

  private Sent message(long number) {
    Random random = new Random(seed + number * 0x9E3779B97F4A7C15L);
    ValidRequests.Method method =
        requests.methods().get(random.nextInt(requests.methods().size()));
    DynamicMessage valid = requests.next(method, random);
    byte[] bytes = random.nextInt(20) == 0 ? valid.toByteArray() : Mutations.of(valid, random);
    byte[] whole = Http2Socket.prefixed(0, bytes.length, bytes);
    return switch (random.nextInt(40)) {
      case 0 -> reframed(method, Http2Socket.prefixed(random.nextInt(256), bytes.length, bytes));
      case 1 ->
        reframed(method, Http2Socket.prefixed(0, bytes.length + random.nextInt(7) - 3, bytes));
      case 2 -> reframed(method, Http2Socket.prefixed(0, random.nextInt(), bytes));
      case 3 -> reframed(method, whole, whole);
      case 4 -> reframed(method, new byte[0]);
      case 5 -> reframed(method, Mutations.of(whole, random));
      case 6 -> new Sent(method, List.of(compressed(bytes)), true, false);
      case 7 -> new Sent(method, List.of(Mutations.of(compressed(bytes), random)), true, true);
      case 8 -> {
        int cut = random.nextInt(whole.length);
        yield new Sent(
            method,
            List.of(Arrays.copyOf(whole, cut), Arrays.copyOfRange(whole, cut, whole.length)),
            false,
            false);
      }
      default -> new Sent(method, List.of(whole), false, false);
    };
  }

  private static Sent reframed(ValidRequests.Method method, byte[]... frames) {
    return new Sent(method, List.of(frames), false, true);
  }

  private static int size(Http2Headers headers) {
    int size = 0;
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      size += header.getKey().length() + header.getValue().length() + OVERHEAD;
    }
    return size;
  }

  private static byte[] compressed(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Http2Socket.prefixed(1, out.size(), out.toByteArray());
  }

  private String tell(long number) {
    Sent sent = message(number);
    StringBuilder frames = new StringBuilder();
    sent.frames().forEach(frame -> frames.append(' ').append(HexFormat.of().formatHex(frame)));
    String shown =
        frames.length() > MOST_SHOWN ? frames.substring(0, MOST_SHOWN) + "..." : frames.toString();
    return sent.method().path() + (sent.compressed() ? " (gzip)" : "") + shown
        + " (again: -Ddoorward.test.seed=" + seed + " -Ddoorward.test.message=" + number + ")";
  }

  /** One connection: stream 1 has the first message, stream 3 the next, and so on. */
  private final class Conversation implements Http2Socket.Ears {

    private final long first;
    private final int count;
    private final Semaphore room = new Semaphore(STREAMS_AT_ONCE);
    private final AtomicReferenceArray<Sent> open;
    private final Queue<Integer> toReset = new ConcurrentLinkedQueue<>();

    private Conversation(long first, int count) {
      this.first = first;
      this.count = count;
      this.open = new AtomicReferenceArray<>(count);
    }

    private void run() {
      try (Http2Socket socket =
          Http2Socket.speaking(port, this, Http2Socket.INITIAL_WINDOW_SIZE, LARGE_WINDOW)) {
        socket.frame(
            Http2Socket.WINDOW_UPDATE, 0, 0, Http2Socket.number(LARGE_WINDOW - DEFAULT_WINDOW));
        for (int i = 0; i < count; i++) {
          Sent sent = message(first + i);
          enter(socket);
          open.set(i, sent);
          send(socket, 2 * i + 1, sent);
        }
        Await.until(LIMIT, "all are answered from " + first, () -> isOver(socket));
      } catch (IOException e) {
        outcomes.wrong("the connection was closed by " + e + ": " + firstOpen());
      }
    }

    /** Waits until there is room for another stream. */
    private void enter(Http2Socket socket) throws IOException {
      try {
        for (long end = System.nanoTime() + LIMIT.toNanos();
            !room.tryAcquire(reset(socket) ? 0 : 1, TimeUnit.MILLISECONDS); ) {
          if (socket.isClosed() || System.nanoTime() > end) {
            throw new IOException("no stream ends; " + socket.ending());
          }
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private boolean isOver(Http2Socket socket) {
      try {
        reset(socket);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (socket.isClosed() && room.availablePermits() < STREAMS_AT_ONCE) {
        outcomes.wrong("the connection was closed, with " + socket.ending() + ": " + firstOpen());
        return true;
      }
      return room.availablePermits() == STREAMS_AT_ONCE;
    }

    private void send(Http2Socket socket, int stream, Sent sent) throws IOException {
      if (sent.compressed()) {
        socket.call(stream, sent.method().path(), "grpc-encoding", "gzip");
      } else {
        socket.call(stream, sent.method().path());
      }
      for (int i = 0; i < sent.frames().size(); i++) {
        data(socket, stream, sent.frames().get(i), i == sent.frames().size() - 1);
      }
      socket.flush();
    }

    private void data(Http2Socket socket, int stream, byte[] bytes, boolean last)
        throws IOException {
      int from = 0;
      for (; bytes.length - from > MOST_FRAME_BYTES; from += MOST_FRAME_BYTES) {
        socket.frame(
            Http2Socket.DATA, 0, stream, Arrays.copyOfRange(bytes, from, from + MOST_FRAME_BYTES));
      }
      socket.frame(
          Http2Socket.DATA,
          last ? Http2Socket.END_STREAM : 0,
          stream,
          Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /** Ends the streams that have begun well and would go on for ever. */
    private boolean reset(Http2Socket socket) throws IOException {
      boolean any = false;
      for (Integer stream = toReset.poll(); stream != null; stream = toReset.poll()) {
        if (end(stream) != null) {
          socket.frame(Http2Socket.RST_STREAM, 0, stream, CANCEL);
          outcomes.other("stream went on");
          any = true;
        }
      }
      socket.flush();
      return any;
    }

    @Override
    public void headers(int stream, Http2Headers headers, boolean last) {
      Sent sent = last ? end(stream) : null;
      if (sent == null) {
        return;
      }
      CharSequence status = headers.get("grpc-status");
      if (status == null) {
        outcomes.wrong("no status, HTTP " + headers.status() + ": " + tell(number(stream)));
        return;
      }
      if (size(headers) > MOST_METADATA) {
        outcomes.wrong("more than a client takes, " + size(headers) + ": " + tell(number(stream)));
      }
      Status.Code code =
          Status.fromCodeValue(Integer.parseInt(status.toString())).getCode();
      boolean typed = headers.contains("grpc-status-details-bin")
          || sent.mayBeTooLong() && code == Status.Code.RESOURCE_EXHAUSTED
          || sent.method().path().equals(HEALTH)
              && code == Status.Code.NOT_FOUND; // The protocol's.
      outcomes.status(sent.method().path(), code, typed, Set.of(), () -> tell(number(stream)));
    }

    @Override
    public void data(int stream, byte[] data, boolean last) {
      Sent sent = open.get(stream / 2);
      if (sent != null && sent.method().streaming()) {
        toReset.add(stream);
      }
    }

    @Override
    public void reset(int stream, int error) {
      if (end(stream) != null) {
        outcomes.other("reset with " + error);
        if (error == INTERNAL_ERROR) {
          outcomes.wrong("reset with INTERNAL_ERROR: " + tell(number(stream)));
        }
      }
    }

    /** What was sent there, if it had not ended before. */
    private Sent end(int stream) {
      Sent sent = open.getAndSet(stream / 2, null);
      if (sent != null) {
        room.release();
      }
      return sent;
    }

    private long number(int stream) {
      return first + stream / 2;
    }

    /** The first of those that have not ended. */
    private String firstOpen() {
      for (int i = 0; i < count; i++) {
        if (open.get(i) != null) {
          return tell(first + i);
        }
      }
      return "none";
    }
  }
}
