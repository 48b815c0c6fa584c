package org.replaymigrate.recorder.plan;

/**
 * How many different pages a guest changes in so much time. Most guests come back to what they have
 * changed: the number approaches a working set,
 *
 * <pre>d(t) = w (1 - exp(-r t / w))</pre>
 *
 * where r is the rate at the beginning and w the working set.
 *
 * @param perSecond pages a second at the beginning, at least 0
 * @param workingSet pages; infinite for a guest that never comes back
 */
public record DirtyCurve(double perSecond, double workingSet) {
  /** A guest that changes nothing. */
  public static final DirtyCurve NONE = new DirtyCurve(0, Double.POSITIVE_INFINITY);

  /** Less than this share of old pages in the second half is noise. */
  private static final double STRAIGHT = 0.98;

  /**
   * From two looks at the same watch.
   *
   * @param seconds until the first; the second comes after twice that
   * @param first pages changed by then
   * @param second pages changed by then, those of the first among them
   */
  public static DirtyCurve of(double seconds, long first, long second) {
    if (second <= 0 || seconds <= 0) {
      return NONE;
    }
    if (first <= 0) {
      return new DirtyCurve(second / (2 * seconds), Double.POSITIVE_INFINITY);
    }
    // d(t) = w (1 - x) and d(2t) = w (1 - x²), so that their ratio is 1 + x.
    double x = (double) second / first - 1;
    if (x >= STRAIGHT) {
      return new DirtyCurve(second / (2 * seconds), Double.POSITIVE_INFINITY);
    }
    if (x <= 0) {
      return new DirtyCurve(first / seconds * 10, first);
    }
    double workingSet = first / (1 - x);
    return new DirtyCurve(-Math.log(x) * workingSet / seconds, workingSet);
  }

  /** Pages changed within so many milliseconds. */
  public double pages(double millis) {
    double steps = perSecond * millis / 1000;
    return Double.isInfinite(workingSet) || workingSet <= 0
        ? steps
        : workingSet * -Math.expm1(-steps / workingSet);
  }
}
