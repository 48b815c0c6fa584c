package org.replaymigrate.protocol.host;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * Compiles guest code for the machines of this process on one thread beside them, so that a machine
 * never waits for its code to become faster.
 */
public final class TranslationWorker {
  /** Regions that wait; a guest that makes more is not hurt by losing some. */
  private static final int MAX_WAITING = 10_000;

  private static final long IDLE_SECONDS = 10;

  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().daemon().name("translate").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  static {
    THREAD.allowCoreThreadTimeOut(true);
    THREAD.execute(CompilerAdvice::give);
  }

  private TranslationWorker() {}

  /** Translation in the background. */
  public static Translation translation() {
    return Translation.by(THREAD::execute);
  }
}
