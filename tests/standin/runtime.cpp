// Runs the threads of a kernel on one CPU core, one after the other, and stops at a fault.
//
// Where a kernel has barriers or shuffles, each thread of a block is a fiber with a stack of its
// own; it runs until it must wait. A kernel that leaves out a barrier is found, because a thread
// then sees what its neighbours have not yet written: threads run in ascending order in one launch
// and in descending order in another (`backwards`), so no wrong program is lucky in both.
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

struct uint3 { unsigned x, y, z; };
uint3 threadIdx, blockIdx, blockDim, gridDim;
static const int MOST = 1024;  // threads in a block, as on every GPU

// Where the linker puts all `__shared__` variables; nowhere, if there are none.
#define PERHAPS __attribute__((weak, visibility("hidden")))
extern char shared_begin[] __asm__("__start_cuda_shared") PERHAPS;
extern char shared_end[] __asm__("__stop_cuda_shared") PERHAPS;

namespace standin {

static char fault_text[400];
static sigjmp_buf at_fault;

// Ends the launch with that sentence, and says which thread it was.
[[noreturn]] __attribute__((format(printf, 1, 2))) static void fault(const char *format, ...) {
    char what[200];
    va_list values;
    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    snprintf(fault_text, sizeof fault_text,
             "%s, in thread (%u, %u, %u) of block (%u, %u, %u)", what,
             threadIdx.x, threadIdx.y, threadIdx.z, blockIdx.x, blockIdx.y, blockIdx.z);
    siglongjmp(at_fault, 1);
}

enum State { READY, AT_BARRIER, IN_WARP, DONE };
struct Fiber {
    jmp_buf here;
    ucontext_t first;
    bool begun;
    State state;
    int line;           // of the barrier or shuffle that it waits at
    unsigned mask;      // of the lanes that it waits for
    unsigned value[2][3];  // in turn: a lane may be one exchange ahead of another
    unsigned exchanges;
};
static Fiber fibers[MOST];
static char *stacks;
static const size_t STACK = 1 << 16;
static jmp_buf scheduler;
static int current, threads;
static void (*body)();

static void set_index(int i) {
    current = i;
    threadIdx = {i % blockDim.x, i / blockDim.x % blockDim.y, i / blockDim.x / blockDim.y};
}

static void pause(State state) {
    fibers[current].state = state;
    // _setjmp leaves the signal mask alone, so that no system call is made, as by swapcontext.
    if (!_setjmp(fibers[current].here)) _longjmp(scheduler, 1);
}

static void live() {
    for (;;) {  // a fiber is made once, and runs the thread of that number in every block
        body();
        pause(DONE);
    }
}

static void resume(int i) {
    set_index(i);
    Fiber &f = fibers[i];
    if (_setjmp(scheduler)) return;
    if (f.begun) _longjmp(f.here, 1);
    f.begun = true;
    getcontext(&f.first);
    f.first.uc_stack.ss_sp = stacks + i * STACK;
    f.first.uc_stack.ss_size = STACK;
    f.first.uc_link = nullptr;
    makecontext(&f.first, live, 0);
    setcontext(&f.first);
}

void barrier(int line) {
    fibers[current].line = line;
    pause(AT_BARRIER);
}

int my_lane() { return current; }  // counted over the block: its warp is all lanes of one i / 32

// Hands three values to the warp and waits for its lanes; returns where theirs lie then, which is
// until each has come to its next exchange.
static unsigned hand_over(unsigned mask, unsigned a, unsigned b, unsigned c, int line) {
    Fiber &f = fibers[current];
    if (!(mask >> current % 32 & 1)) fault("line %d: a lane is not in its own mask", line);
    unsigned turn = f.exchanges++ % 2;
    f.value[turn][0] = a, f.value[turn][1] = b, f.value[turn][2] = c;
    f.mask = mask;
    f.line = line;
    pause(IN_WARP);
    return turn;
}

unsigned exchange(unsigned mask, unsigned value, int lane, int line) {
    if (!(mask >> lane % 32 & 1)) fault("line %d: a shuffle reads a lane outside its mask", line);
    return fibers[lane].value[hand_over(mask, value, 0, 0, line)][0];
}

// The number that the 16 bits of a float16 say.
static float float16(unsigned bits) {
    int exponent = bits >> 10 & 31, rest = bits & 1023;
    float v = exponent == 31 ? (rest ? NAN : INFINITY)
            : ldexpf(exponent ? 1024 + rest : rest, exponent ? exponent - 25 : -24);
    return bits >> 15 & 1 ? -v : v;
}

size_t in_shared(const void *at) { return (const char *)at - shared_begin; }

void eight_by_eight(unsigned *to[4], unsigned row, bool turned, int line) {
    if (row % 16) fault("line %d: an address of ldmatrix that is not a multiple of 16", line);
    if (row + 16 > (size_t)(shared_end - shared_begin))
        fault("line %d: an address of ldmatrix outside of shared memory", line);
    int lane = current % 32, first = current - lane;
    unsigned turn = hand_over(~0u, row, 0, 0, line);
    for (int m = 0; m < 4; m++) {
        unsigned short two[2];
        for (int e = 0; e < 2; e++) {
            int y = lane / 4, x = lane % 4 * 2 + e;
            if (turned) y = lane % 4 * 2 + e, x = lane / 4;
            unsigned at = fibers[first + 8 * m + y].value[turn][0];
            memcpy(&two[e], shared_begin + at + 2 * x, 2);
        }
        *to[m] = two[0] | (unsigned)two[1] << 16;
    }
}

void multiply_16_8_8(float *to[4], unsigned a0, unsigned a1, unsigned b, int line) {
    int lane = current % 32, first = current - lane;
    unsigned turn = hand_over(~0u, a0, a1, b, line);
    for (int e = 0; e < 4; e++)  // row lane / 4, or 8 more; column lane % 4 * 2, or one more
        for (int k = 0; k < 8; k++) {
            Fiber &left = fibers[first + lane / 4 * 4 + k / 2];
            Fiber &right = fibers[first + (lane % 4 * 2 + e % 2) * 4 + k / 2];
            unsigned x = left.value[turn][e / 2], y = right.value[turn][2];
            *to[e] += float16(x >> k % 2 * 16) * float16(y >> k % 2 * 16);
        }
}

// Lets go the lanes of a warp that have all arrived; true if there were some.
static bool release_warp(int first) {
    bool released = false;
    for (int i = first; i < first + 32 && i < threads; i++) {
        if (fibers[i].state != IN_WARP) continue;
        unsigned mask = fibers[i].mask;
        bool all = true;
        for (int lane = 0; lane < 32; lane++) {
            if (!(mask >> lane & 1)) continue;
            if (first + lane >= threads || fibers[first + lane].state == DONE) {
                set_index(i);
                fault("line %d: waits for lane %d, which is gone", fibers[i].line, lane);
            }
            Fiber &f = fibers[first + lane];
            all = all && f.state == IN_WARP && f.mask == mask && f.line == fibers[i].line;
        }
        for (int lane = 0; all && lane < 32; lane++)
            if (mask >> lane & 1) fibers[first + lane].state = READY;
        released = released || all;
    }
    return released;
}

// One warp after the other goes as far as it can: to a barrier, or to its end. So it meets what the
// others have not written yet, if a barrier is missing. Returns how many threads have ended.
static int run_warp(int first, bool backwards) {
    int ended = 0, lanes = threads - first < 32 ? threads - first : 32;
    do {
        for (int k = 0; k < lanes; k++) {
            int i = first + (backwards ? lanes - 1 - k : k);
            if (fibers[i].state != READY) continue;
            resume(i);
            ended += fibers[i].state == DONE;
        }
    } while (release_warp(first));
    return ended;
}

static void run_block(bool backwards) {
    for (int i = 0; i < threads; i++) fibers[i].state = READY, fibers[i].exchanges = 0;
    int left = threads, warps = (threads + 31) / 32;
    while (true) {
        for (int w = 0; w < warps; w++)
            left -= run_warp(32 * (backwards ? warps - 1 - w : w), backwards);
        if (!left) break;
        int line = 0;
        for (int i = 0; i < threads; i++) {  // nobody can go on but by the barrier
            Fiber &f = fibers[i];
            set_index(i);
            if (f.state == IN_WARP) fault("line %d: waits for lanes that never come", f.line);
            if (f.state == DONE) fault("left, while others wait at a barrier");
            if (line && f.line != line) fault("waits at line %d, others at %d", f.line, line);
            line = f.line;
        }
        for (int i = 0; i < threads; i++) fibers[i].state = READY;
    }
}

static void on_signal(int signal, siginfo_t *, void *) {
    if (signal == SIGFPE) fault("divided by zero");
    if (signal == SIGALRM) fault("does not end");
    fault("accessed memory outside of its arrays");
}

// `meets`: its threads wait for each other, so that they need to be fibers.
const char *launch(void (*once)(), const unsigned *grid, const unsigned *block, bool meets,
                   bool backwards, unsigned seconds) {
    gridDim = {grid[0], grid[1], grid[2]}, blockDim = {block[0], block[1], block[2]};
    threads = block[0] * block[1] * block[2];
    body = once;
    if (shared_end - shared_begin > 48 * 1024) return "more than 48 KB of shared memory";
    struct sigaction ours = {}, before[4];
    const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
    ours.sa_sigaction = on_signal;
    ours.sa_flags = SA_SIGINFO;
    for (int i = 0; i < 4; i++) sigaction(signals[i], &ours, &before[i]);
    alarm(seconds);
    volatile bool failed = false;
    if (sigsetjmp(at_fault, 1)) {
        failed = true;
        for (Fiber &f : fibers) f.begun = false;  // they were left in the middle
    } else {
        if (meets && !stacks)
            stacks = (char *)mmap(nullptr, MOST * STACK, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        unsigned blocks = grid[0] * grid[1] * grid[2];
        for (unsigned k = 0; k < blocks; k++) {
            unsigned b = backwards ? blocks - 1 - k : k;
            blockIdx = {b % grid[0], b / grid[0] % grid[1], b / grid[0] / grid[1]};
            if (shared_begin) memset(shared_begin, 0xff, shared_end - shared_begin);  // NaN, -1
            if (meets) {
                run_block(backwards);
                continue;
            }
            for (int i = 0; i < threads; i++) set_index(backwards ? threads - 1 - i : i), once();
        }
    }
    alarm(0);
    for (int i = 0; i < 4; i++) sigaction(signals[i], &before[i], nullptr);
    return failed ? fault_text : nullptr;
}

// What the checks call that -fsanitize puts into a kernel; the library that usually answers them
// would print to standard error and end the process.
struct Place { const char *file; uint32_t line, column; };
}  // namespace standin

#define ON(name, says)                                                                    \
    extern "C" [[noreturn]] void __ubsan_handle_##name##_abort(standin::Place *at) {       \
        standin::fault("line %u: " says, at->line);                                       \
    }
ON(type_mismatch_v1, "an address that is not a multiple of the type's size")
ON(out_of_bounds, "an index outside of its array")
ON(add_overflow, "an integer overflow")
ON(sub_overflow, "an integer overflow")
ON(mul_overflow, "an integer overflow")
ON(negate_overflow, "an integer overflow")
ON(divrem_overflow, "a division by zero, or that overflows")
ON(shift_out_of_bounds, "a shift by too much")
