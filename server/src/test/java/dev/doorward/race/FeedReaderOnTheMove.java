package dev.doorward.race;

import dev.doorward.testing.TestServer;
import dev.doorward.v1.FeedPosition;
import dev.doorward.v1.Revocation;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.WatchRevocationsRequest;
import dev.doorward.v1.WatchRevocationsResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A reader of the feed that now and then loses its stream and goes on at another server, now and then takes nothing for a
 * while, and notes all that it was told.
 */
final class FeedReaderOnTheMove {

  private static final int LANES = 16;

  private final List<TestServer> servers;
  private final Random random;
  private final List<BitSet> told =
      IntStream.range(0, LANES).mapToObj(lane -> new BitSet()).toList();
  private final List<String> complaints = new ArrayList<>();
  private FeedPosition position;
  private Stream stream;
  private int resets;

  FeedReaderOnTheMove(List<TestServer> servers, long seed, FeedPosition start) {
    this.servers = servers;
    this.random = new Random(seed);
    this.position = start;
    for (int lane = 0; lane < LANES; lane++) {
      told.get(lane).set(0, (int) start.getSeqs(lane) + 1);
    }
  }

  /** Something happens to the reader. */
  synchronized void move() {
    int what = random.nextInt(10);
    if (stream == null || what == 0) {
      if (stream != null) {
        stream.cancel();
      }
      stream = new Stream(servers.get(random.nextInt(servers.size())));
    } else if (what < 4) {
      stream.stalls = true;
    } else {
      stream.goOn();
    }
  }

  synchronized void settle() {
    if (stream == null || stream.ended) {
      stream = new Stream(servers.get(0));
    }
    stream.goOn();
  }

  synchronized boolean hasReached(FeedPosition head) {
    return position.equals(head);
  }

  synchronized int resets() {
    return resets;
  }

  synchronized List<String> complaints() {
    return complaints;
  }

  /** Numbers of which the reader was neither told, nor told to reset past them. */
  synchronized long missed(FeedPosition head) {
    return IntStream.range(0, LANES)
        .mapToLong(lane -> head.getSeqs(lane) + 1 - told.get(lane).cardinality())
        .sum();
  }

  private synchronized void hear(Stream from, WatchRevocationsResponse message) {
    if (from != stream) {
      return; // Of a stream that was left.
    }
    switch (message.getMessageCase()) {
      case HELLO -> {
        if (!message.getHello().getPosition().equals(position)) {
          complaints.add("hello elsewhere");
        }
      }
      case BATCH -> {
        message.getBatch().getRevocationsList().forEach(this::hear);
        if (!message.getBatch().getPosition().equals(position)) {
          complaints.add("position after a batch: " + message.getBatch().getPosition());
        }
      }
      case RESET -> {
        resets++;
        position = message.getReset().getPosition();
        for (int lane = 0; lane < LANES; lane++) {
          told.get(lane).set(0, (int) position.getSeqs(lane) + 1);
        }
      }
      case HEARTBEAT -> {}
      case MESSAGE_NOT_SET -> complaints.add("an empty message");
    }
  }

  private void hear(Revocation revocation) {
    long expected = position.getSeqs(revocation.getLane()) + 1;
    if (revocation.getSeq() != expected) {
      complaints.add("lane " + revocation.getLane() + ": " + revocation.getSeq() + " (expected: "
          + expected + ")");
    }
    told.get(revocation.getLane()).set((int) revocation.getSeq());
    position =
        position.toBuilder().setSeqs(revocation.getLane(), revocation.getSeq()).build();
  }

  private final class Stream
      implements ClientResponseObserver<WatchRevocationsRequest, WatchRevocationsResponse> {

    private ClientCallStreamObserver<WatchRevocationsRequest> call;
    private volatile boolean stalls;
    private volatile boolean ended;

    private Stream(TestServer server) {
      SessionServiceGrpc.newStub(server.channel())
          .watchRevocations(
              WatchRevocationsRequest.newBuilder().setPosition(position).build(), this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRevocationsRequest> call) {
      this.call = call;
      call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(WatchRevocationsResponse message) {
      hear(this, message);
      if (!stalls) {
        call.request(1);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }

    private void goOn() {
      if (stalls) {
        stalls = false;
        call.request(1);
      }
    }

    private void cancel() {
      call.cancel("moves on", null);
    }
  }
}
