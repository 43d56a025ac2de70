package dev.doorward.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A network of one's own before a server on this machine: it can be cut, slow, silent, or forget what it carried. */
public final class Proxy implements AutoCloseable {

  /** Which way bytes go. */
  public enum Direction {
    TO_SERVER,
    TO_CLIENT
  }

  /** A connection that is to break in the middle of what it carries. */
  public final class Cut {

    private final byte[] mark;
    private final Direction direction;
    private final long after;
    private Wire wire;
    private long seen;
    private boolean done;

    private Cut(byte[] mark, Direction direction, long after) {
      this.mark = mark;
      this.direction = direction;
      this.after = after;
    }

    /** How many bytes went that way since the mark, cut off or not. */
    public long seen() {
      synchronized (Proxy.this) {
        return seen;
      }
    }

    public boolean isDone() {
      synchronized (Proxy.this) {
        return done;
      }
    }

    /** What it has not cut, it leaves alone from now on. */
    public void cancel() {
      synchronized (Proxy.this) {
        if (nextCut == this) {
          nextCut = null;
        }
      }
    }

    /** How many of these bytes get through. */
    private int pass(Wire carrier, Direction way, byte[] buffer, int length) {
      synchronized (Proxy.this) {
        if (wire == null && way == Direction.TO_SERVER && contains(buffer, length)) {
          wire = carrier;
        }
        if (wire != carrier || way != direction || done) {
          return length;
        }
        seen += length;
        done = seen > after;
        return (int) Math.min(length, length + after - seen);
      }
    }

    private boolean contains(byte[] buffer, int length) {
      for (int start = 0; start <= length - mark.length; start++) {
        if (Arrays.equals(buffer, start, start + mark.length, mark, 0, mark.length)) {
          return true;
        }
      }
      return false;
    }
  }

  /** What was read at once; empty at the end. */
  private record Bytes(byte[] bytes, long readNanos) {}

  private final InetSocketAddress address;
  private final List<Wire> wires = new CopyOnWriteArrayList<>();

  // Guarded by this, which whoever waits for a change is told of.
  private final Map<Direction, Long> delayNanos = new EnumMap<>(Direction.class);
  private final Set<Direction> held = EnumSet.noneOf(Direction.class);
  private boolean cut;
  private Cut nextCut;
  private int target;
  private int connections;
  private ServerSocket listener;

  private Proxy(InetSocketAddress address, int target) {
    this.target = target;
    this.address = listen(address);
  }

  /** On a free port of 127.0.0.1, before the port of a server there. */
  public static Proxy before(int target) {
    return new Proxy(new InetSocketAddress("127.0.0.1", 0), target);
  }

  /** On this loopback address, so that several are several addresses of one name. */
  public static Proxy at(String address, int port, int target) {
    return new Proxy(new InetSocketAddress(address, port), target);
  }

  public int port() {
    return address.getPort();
  }

  /** How often somebody has connected so far, whatever came of it. */
  public synchronized int connections() {
    return connections;
  }

  /** The server is elsewhere from now on; its connections have ended by themselves. */
  public synchronized void target(int port) {
    target = port;
  }

  /** Everything gets through again; what was held back comes late. */
  public synchronized void pass() {
    cut = false;
    held.clear();
    delayNanos.clear();
    if (listener.isClosed()) {
      listen(address);
    }
    notifyAll();
  }

  /** Both ends of every connection hear that it has ended, and new ones end at once. */
  public synchronized void cut() {
    cut = true;
    drop();
  }

  /** Both ends of every connection hear that it has ended; new ones work. */
  public synchronized void drop() {
    wires.forEach(Wire::close);
  }

  /** As when the machine is up and the server is not. */
  public synchronized void refuse() {
    cut();
    closeQuietly(listener);
  }

  /** Nothing gets through that way, and nothing is lost. New connections are accepted. */
  public synchronized void hold(Direction... directions) {
    held.addAll(Arrays.asList(directions));
  }

  /** What goes that way takes so long from now on. */
  public synchronized void delay(Direction direction, Duration by) {
    delayNanos.put(direction, by.toNanos());
    notifyAll();
  }

  /**
   * The connection on which the mark goes to the server ends once so many bytes have gone that way, beginning with those that
   * the mark is among. There is one such cut at a time.
   */
  public synchronized Cut cutAfter(String mark, Direction direction, long bytes) {
    nextCut = new Cut(mark.getBytes(StandardCharsets.US_ASCII), direction, bytes);
    return nextCut;
  }

  private synchronized Cut nextCut() {
    return nextCut;
  }

  /** The connections there are carry nothing any more, and nobody is told; new ones work. */
  public synchronized void forget() {
    wires.forEach(wire -> wire.forgotten = true);
  }

  @Override
  public synchronized void close() {
    refuse();
  }

  private InetSocketAddress listen(InetSocketAddress at) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(at);
      listener = socket;
      start("accept", () -> {
        while (true) {
          accept(socket.accept());
        }
      });
      return (InetSocketAddress) socket.getLocalSocketAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(at.toString(), e);
    }
  }

  private synchronized void accept(Socket client) throws IOException {
    connections++;
    if (cut) {
      client.close();
      return;
    }
    Socket server = new Socket();
    try {
      server.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), target));
    } catch (IOException e) {
      client.close();
      return;
    }
    Wire wire = new Wire(client, server);
    wires.add(wire);
    wire.carry(Direction.TO_SERVER, client, server);
    wire.carry(Direction.TO_CLIENT, server, client);
  }

  /** One connection. */
  private final class Wire {

    private final Socket client;
    private final Socket server;
    private volatile boolean forgotten;

    private Wire(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    private void carry(Direction direction, Socket from, Socket to) {
      Queue<Bytes> onTheWay = new ArrayDeque<>();
      start(direction + "-in", () -> {
        try {
          InputStream in = from.getInputStream();
          byte[] buffer = new byte[1 << 14];
          for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            Cut next = nextCut();
            int passing = next == null ? length : next.pass(this, direction, buffer, length);
            if (passing > 0) {
              put(onTheWay, new Bytes(Arrays.copyOf(buffer, passing), System.nanoTime()));
            }
            if (passing < length) {
              return;
            }
          }
        } finally {
          put(onTheWay, new Bytes(new byte[0], System.nanoTime()));
        }
      });
      start(direction + "-out", () -> {
        try {
          OutputStream out = to.getOutputStream();
          for (Bytes next = take(direction, onTheWay);
              next.bytes().length > 0;
              next = take(direction, onTheWay)) {
            if (!forgotten) {
              out.write(next.bytes());
            }
          }
        } finally {
          if (!forgotten) {
            close();
          }
        }
      });
    }

    private void put(Queue<Bytes> onTheWay, Bytes bytes) {
      synchronized (Proxy.this) {
        onTheWay.add(bytes);
        Proxy.this.notifyAll();
      }
    }

    /** Waits for the next bytes, and until they are due. */
    private Bytes take(Direction direction, Queue<Bytes> onTheWay) throws InterruptedException {
      synchronized (Proxy.this) {
        while (true) {
          Bytes next = onTheWay.peek();
          if (next == null || held.contains(direction)) {
            Proxy.this.wait();
            continue;
          }
          long restNanos =
              next.readNanos() + delayNanos.getOrDefault(direction, 0L) - System.nanoTime();
          if (restNanos <= 0) {
            return onTheWay.remove();
          }
          Proxy.this.wait(1 + restNanos / 1_000_000);
        }
      }
    }

    private void close() {
      wires.remove(this);
      closeQuietly(client);
      closeQuietly(server);
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(String name, Work work) {
    Thread thread = new Thread(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            // Either end has hung up.
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
