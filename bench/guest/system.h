/* Shared by system.c and its assembly. */
#define USER_BASE 0x40000000
#define TOUCHED 0x40010000
#define TOUCHED_PAGES 8
#define FAULTING 0x40100000
#define FAULTING_PAGES 64

#define CALL_EXIT 0
#define CALL_ADD 1
#define CALL_YIELD 2
#define CALL_TIMER 3
