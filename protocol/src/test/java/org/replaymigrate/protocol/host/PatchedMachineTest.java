package org.replaymigrate.protocol.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.replaymigrate.vkernel.asm.Reg.S0;
import static org.replaymigrate.vkernel.asm.Reg.S1;
import static org.replaymigrate.vkernel.asm.Reg.S2;
import static org.replaymigrate.vkernel.asm.Reg.S4;
import static org.replaymigrate.vkernel.asm.Reg.S5;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;
import static org.replaymigrate.vkernel.asm.Reg.T2;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.page.ChangedPages;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/** A machine that has run is taken to where another is, and goes on from there as that does. */
class PatchedMachineTest {
  private static final long MEMORY = 16 << 20;
  private static final MachineConfig CONFIG =
      new MachineConfig(MEMORY, 1, List.of(), false, 100, 1000);

  @TempDir private Path temp;

  /** Sums up into memory, ever further on, with an instruction that it rewrites now and then. */
  private static byte[] program() {
    Assembler a = new Assembler(Ram.BASE);
    a.la(S1, "patched").li(S2, Ram.BASE + 0x10000).li(S5, 1 << 21);
    a.label("loop");
    a.label("patched").addi(S0, S0, 1);
    a.ld(T0, 0, S2).add(T0, T0, S0).sd(T0, 0, S2);
    a.addi(S4, S4, 1).andi(T1, S4, 1023).bnez(T1, "loop");
    a.lw(T2, 0, S1).xor(T2, T2, S5).sw(T2, 0, S1).asm("fence.i");
    a.addi(S2, S2, 1024).j("loop");
    return a.assemble();
  }

  private HostedMachine machine(String name, Translation translation) throws IOException {
    HostedMachine hosted =
        HostedMachine.powerOn(CONFIG, List.of(), temp.resolve(name), Outputs.NONE, translation);
    byte[] program = program();
    hosted.machine().ram().write(Ram.BASE, program, 0, program.length);
    hosted.machine().harts().list().getFirst().reset(Ram.BASE, 0, 0, 0);
    return hosted;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itGoesOnAsTheOtherDoes(boolean translated) throws Exception {
    Translation translation = translated ? Translation.atOnce(20) : Translation.OFF;
    try (HostedMachine ahead = machine("ahead", Translation.OFF);
        HostedMachine behind = machine("behind", translation)) {
      PagedContent ram = ahead.contents().getFirst();
      MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);
      try (ChangedPages dirty = new ChangedPages(ram)) {
        for (int leap = 1; leap <= 3; leap++) {
          behind.machine().run(leap * 400_000L - 250_001); // some of what the other does
          behind.digest();
          ahead.machine().run(leap * 400_000L);
          BitSet changed = dirty.take();
          assertTrue(changed.cardinality() > 2);
          changed.stream().forEach(page -> behind.patch(0, page, ram.page(page, scratch)));
          behind.machine().restore(ahead.machine().save());
          assertEquals(ahead.digest(), behind.digest());
        }
        ahead.machine().run(2_000_000);
        behind.machine().run(2_000_000);
        assertEquals(ahead.digest(), behind.digest());
      }
    }
  }

  @Test
  void aPageThatWasLeftOutIsNoticed() throws Exception {
    try (HostedMachine ahead = machine("ahead", Translation.OFF);
        HostedMachine behind = machine("behind", Translation.OFF)) {
      ahead.machine().run(100_000);
      behind.machine().restore(ahead.machine().save());
      assertNotEquals(ahead.digest(), behind.digest());
    }
  }
}
