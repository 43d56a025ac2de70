package dev.doorward.attempt;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where an end user is, as far as it can be told from others: an IPv4 address, or the first 64 bits of an IPv6 address, for
 * whoever has one of those has all of them.
 */
record Network(String name) {

  private static final int PREFIX_BYTES = 8;

  /** @param ipAddress in any text form */
  static Network of(String ipAddress) {
    InetAddress address = InetAddresses.forString(ipAddress);
    if (!(address instanceof Inet6Address)) {
      return new Network(InetAddresses.toAddrString(address));
    }
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
    try {
      return new Network(
          InetAddresses.toAddrString(InetAddress.getByAddress(bytes)) + "/" + PREFIX_BYTES * 8);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // Sixteen bytes are an address.
    }
  }
}
