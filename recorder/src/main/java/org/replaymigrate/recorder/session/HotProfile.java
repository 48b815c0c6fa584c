package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.Profile;
import org.replaymigrate.vkernel.cpu.Activity;

/** Where a running guest spends its instructions, and its machine the time. */
final class HotProfile {
  private static final int SPOTS = 20;
  private static final int SAMPLES = 200;
  private static final long SAMPLE_MILLIS = 5;

  private final Recorder recorder;
  private final Machine machine;

  HotProfile(Recorder recorder, Machine machine) {
    this.recorder = recorder;
    this.machine = machine;
  }

  /** Looks for a second what the machine is doing, then asks it for its counters. */
  Map<String, ?> take() throws IOException, InterruptedException {
    Map<String, Object> time = sample();
    CompletableFuture<Profile> future = new CompletableFuture<>();
    recorder.post(r -> future.complete(machine.profile(SPOTS)));
    Profile profile = SessionRequests.get(future);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("executedHere", profile.executed());
    answer.put("translated", profile.translated());
    answer.put("tlbMisses", profile.tlbMisses());
    answer.put("deviceAccesses", profile.deviceAccesses());
    answer.put("timeShares", time);
    answer.put("regions", profile.spots().stream().map(HotProfile::fields).toList());
    return answer;
  }

  private static Map<String, ?> fields(Profile.Spot spot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("address", "0x" + Long.toHexString(spot.address()));
    fields.put("bytes", spot.bytes());
    fields.put("instructions", spot.instructions());
    fields.put("interpreted", spot.interpreted());
    fields.put("ran", spot.isTranslated() ? "translated" : "interpreted");
    return fields;
  }

  /** Shares of the samples, by what the machine's thread was doing. */
  private Map<String, Object> sample() throws InterruptedException {
    Map<Activity, Integer> seen = new EnumMap<>(Activity.class);
    for (int i = 0; i < SAMPLES; i++) {
      seen.merge(machine.activity(), 1, Integer::sum);
      Thread.sleep(SAMPLE_MILLIS);
    }
    Map<String, Object> shares = new LinkedHashMap<>();
    for (Activity activity : List.of(Activity.values())) {
      String name = activity == Activity.NONE ? "idle" : activity.name().toLowerCase(Locale.ROOT);
      shares.put(name, seen.getOrDefault(activity, 0) / (double) SAMPLES);
    }
    return shares;
  }
}
