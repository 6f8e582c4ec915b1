package io.consilium.datasets.source;

import io.consilium.datasets.table.Cell;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pictures that stay outside the query engine. The query sees a ticket in place of each, which it
 * can pass on, leave out and put into another order, and which costs it next to nothing.
 */
interface ImageShelf {
  /** For sources without pictures. */
  ImageShelf EMPTY = position -> new Cell.Unreadable("holds bytes, which no column can hold");

  /**
   * The picture of a record of the source.
   *
   * @param position from 0 on; outside the source, the result is unreadable
   */
  Cell at(int position);

  /** The picture that a ticket stands for. */
  default Cell cell(byte[] ticket) {
    if (ticket == null) {
      return Cell.MISSING;
    }
    Matcher matcher = Ticket.PATTERN.matcher(new String(ticket, StandardCharsets.ISO_8859_1));
    return at(matcher.matches() ? Integer.parseInt(matcher.group(1)) : Ticket.NOWHERE);
  }

  /** What stands for a picture in the query engine. */
  final class Ticket {
    static final int NOWHERE = -1;
    private static final String PREFIX = "image ";
    private static final Pattern PATTERN = Pattern.compile(PREFIX + "(\\d{1,9})");

    private Ticket() {}

    /**
     * An SQL expression for the ticket.
     *
     * @param position an SQL expression for the position of the record in the source
     */
    static String sql(String position) {
      return "encode(" + Sql.literal(PREFIX) + " || " + position + ")";
    }
  }
}
