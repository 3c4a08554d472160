// The part of CUDA C that the examples use, for g++. It stands before the source of a kernel.
//
// threadIdx and its siblings are plain globals, which the runtime sets before it runs a thread.
// Shared memory is a section of its own, so that the runtime can fill it with garbage before each
// block and knows its size.
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __constant__
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __shared__ static __attribute__((section("cuda_shared"), used))

struct uint3 { unsigned x, y, z; };
struct __align__(8) float2 { float x, y; };
struct __align__(16) float4 { float x, y, z, w; };
struct __align__(8) int2 { int x, y; };
struct __align__(16) int4 { int x, y, z, w; };
struct __align__(8) uint2 { unsigned x, y; };
struct __align__(16) uint4 { unsigned x, y, z, w; };
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

extern uint3 threadIdx, blockIdx, blockDim, gridDim;
static const int warpSize = 32;

namespace standin {
// Waits until every thread of the block has come to that line.
void barrier(int line);
// Hands `value` to the warp, waits for all lanes of `mask`; returns what `lane` has handed over.
unsigned exchange(unsigned mask, unsigned value, int lane, int line);
int my_lane();
// What lies at that address from the start of shared memory, and the other way round.
size_t in_shared(const void *at);
// Loads four matrices of 8 x 8 numbers of 16 bits from shared memory, for a warp.
void eight_by_eight(unsigned *to[4], unsigned row, bool turned, int line);
// Adds the product of float16 matrices, 16 x 8 and 8 x 8, to one of float32, for a warp.
void multiply_16_8_8(float *to[4], unsigned a0, unsigned a1, unsigned b, int line);
// Runs all threads of all blocks; answers with what went wrong, or with nothing.
const char *launch(void (*once)(), const unsigned *grid, const unsigned *block, bool meets,
                   bool backwards, unsigned seconds);

template <class T> T shuffle(unsigned mask, T value, int lane, int line) {
    static_assert(sizeof(T) == 4, "a shuffle of 4 bytes");
    unsigned bits;
    memcpy(&bits, &value, 4);
    bits = exchange(mask, bits, lane, line);
    memcpy(&value, &bits, 4);
    return value;
}
// As in CUDA, a lane whose partner lies outside of its group of `width` gets its own value back.
inline int down(int by, int width) {
    int lane = my_lane();
    return lane % width + by < width ? lane + by : lane;
}
inline int up(int by, int width) {
    int lane = my_lane();
    return lane % width >= by ? lane - by : lane;
}
inline int across(int mask, int width) {
    int lane = my_lane(), other = lane ^ mask;
    return other / width <= lane / width ? other : lane;
}
}  // namespace standin

// Each asks for the line that it is called from, to tell one barrier from another.
#define HERE int line_ = __builtin_LINE()
inline void __syncthreads(HERE) { standin::barrier(line_); }
inline void __syncwarp(unsigned mask = ~0u, HERE) {
    standin::exchange(mask, 0, standin::my_lane(), line_);
}
// What one thread has written is there for the others at once: threads run one after the other.
inline void __threadfence() {}
inline void __threadfence_block() {}
template <class T> T __shfl_sync(unsigned mask, T v, int lane, int width = 32, HERE) {
    return standin::shuffle(mask, v, standin::my_lane() / width * width + lane % width, line_);
}
template <class T> T __shfl_down_sync(unsigned mask, T v, unsigned by, int width = 32, HERE) {
    return standin::shuffle(mask, v, standin::down(by, width), line_);
}
template <class T> T __shfl_up_sync(unsigned mask, T v, unsigned by, int width = 32, HERE) {
    return standin::shuffle(mask, v, standin::up(by, width), line_);
}
template <class T> T __shfl_xor_sync(unsigned mask, T v, int by, int width = 32, HERE) {
    return standin::shuffle(mask, v, standin::across(by, width), line_);
}

// An address within shared memory, and the instructions of PTX that a warp does together: ptx.py
// puts their calls where `asm` stands. Lane l gives the address of row l % 8 of matrix l / 8; it
// gets, of each matrix, the two numbers 2 * (l % 4) and the next in row l / 4, or in that column.
inline size_t __cvta_generic_to_shared(const void *at) { return standin::in_shared(at); }
inline void __ptx_ldmatrix_sync_aligned_m8n8_x4_shared_b16_sync(
    unsigned &a, unsigned &b, unsigned &c, unsigned &d, unsigned row, HERE) {
    unsigned *to[] = {&a, &b, &c, &d};
    standin::eight_by_eight(to, row, false, line_);
}
inline void __ptx_ldmatrix_sync_aligned_m8n8_x4_trans_shared_b16_sync(
    unsigned &a, unsigned &b, unsigned &c, unsigned &d, unsigned row, HERE) {
    unsigned *to[] = {&a, &b, &c, &d};
    standin::eight_by_eight(to, row, true, line_);
}
inline void __ptx_mma_sync_aligned_m16n8k8_row_col_f32_f16_f16_f32_sync(
    float &c0, float &c1, float &c2, float &c3, unsigned a0, unsigned a1, unsigned b, HERE) {
    float *to[] = {&c0, &c1, &c2, &c3};
    standin::multiply_16_8_8(to, a0, a1, b, line_);
}
#undef HERE

#define STANDIN_ATOMICS(T)                                                                     \
    inline T atomicAdd(T *at, T v) { T old = *at; *at = old + v; return old; }                 \
    inline T atomicMax(T *at, T v) { T old = *at; *at = old > v ? old : v; return old; }       \
    inline T atomicMin(T *at, T v) { T old = *at; *at = old < v ? old : v; return old; }       \
    inline T atomicExch(T *at, T v) { T old = *at; *at = v; return old; }                      \
    inline T atomicCAS(T *at, T is, T v) { T old = *at; if (old == is) *at = v; return old; }
STANDIN_ATOMICS(unsigned)
STANDIN_ATOMICS(unsigned long long)
inline int atomicAdd(int *at, int v) { return (int)atomicAdd((unsigned *)at, (unsigned)v); }
inline float atomicAdd(float *at, float v) { float old = *at; *at = old + v; return old; }
inline double atomicAdd(double *at, double v) { double old = *at; *at = old + v; return old; }

#define STANDIN_LEAST(T)                            \
    inline T min(T a, T b) { return a < b ? a : b; } \
    inline T max(T a, T b) { return a > b ? a : b; }
STANDIN_LEAST(int)
STANDIN_LEAST(unsigned)
STANDIN_LEAST(float)
inline float __fdividef(float a, float b) { return a / b; }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline float __int_as_float(int i) { float f; memcpy(&f, &i, 4); return f; }
inline int __float_as_int(float f) { int i; memcpy(&i, &f, 4); return i; }
inline unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
    for (int shift = 0; shift < 32; shift += 8) c += (a >> shift & 255) * (b >> shift & 255);
    return c;
}
template <class T> T __ldg(const T *at) { return *at; }

namespace standin {
// How NumPy calls a type of C; "4f4" is four float32 in one, "*" a pointer to what follows.
template <class T> const char *type() {
    using U = std::remove_cv_t<T>;
    if constexpr (std::is_same_v<U, float2>) return "2f4";
    else if constexpr (std::is_same_v<U, float4>) return "4f4";
    else if constexpr (std::is_same_v<U, int2>) return "2i4";
    else if constexpr (std::is_same_v<U, int4>) return "4i4";
    else if constexpr (std::is_same_v<U, uint2>) return "2u4";
    else if constexpr (std::is_same_v<U, uint4>) return "4u4";
    else if constexpr (std::is_same_v<U, bool>) return "?";
    else {
        static_assert(std::is_arithmetic_v<U>, "a type of parameter that the stand-in knows");
        static char name[] = {std::is_floating_point_v<U> ? 'f' : std::is_signed_v<U> ? 'i' : 'u',
                              '0' + sizeof(U), 0};
        return name;
    }
}
template <class T> void describe(char *text) {
    if (*text) strcat(text, " ");
    if constexpr (std::is_pointer_v<T>)
        strcat(text, "*"), strcat(text, type<std::remove_pointer_t<T>>());
    else strcat(text, type<T>());
}
template <class... P> const char *signature(void (*)(P...)) {
    static char text[512];
    *text = 0;
    (describe<P>(text), ...);
    return text;
}
template <class... P> struct Call {
    static inline void (*kernel)(P...);
    static inline void **arguments;
    template <size_t... I> static void with(std::index_sequence<I...>) {
        kernel(*static_cast<std::remove_cv_t<P> *>(arguments[I])...);
    }
    static void once() { with(std::index_sequence_for<P...>()); }
};
template <class... P>
const char *start(void (*kernel)(P...), void **arguments, const unsigned *grid,
                  const unsigned *block, bool meets, bool backwards, unsigned seconds) {
    Call<P...>::kernel = kernel, Call<P...>::arguments = arguments;
    return launch(Call<P...>::once, grid, block, meets, backwards, seconds);
}
}  // namespace standin

// What Python calls. Everything else stays within the library, whatever a kernel is called.
#define STANDIN_EXPORT extern "C" __attribute__((visibility("default")))
#define STANDIN_KERNEL(name)                                                                   \
    STANDIN_EXPORT const char *standin_signature() { return standin::signature(name); }        \
    STANDIN_EXPORT const char *standin_launch(void **arguments, const unsigned *grid,          \
                                              const unsigned *block, int meets, int backwards, \
                                              unsigned seconds) {                              \
        return standin::start(name, arguments, grid, block, meets, backwards, seconds);        \
    }
