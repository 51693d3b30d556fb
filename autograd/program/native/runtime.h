/* What printed functions stand on: the kernels that the C library lacks, vectors of lanes, and what a function of
   blocks is called with. `runtime.c` stands on it, too.

   A slot is a place for one number. A number that depends on the row has `S` places instead, one for each lane:
   `S` rows, a tile, are taken through all blocks at once, so that their numbers stay in the cache. Members of a
   block that lie side by side are lanes, too. Knows lanes; no formula and no graph. */

#include <math.h>
#include <string.h>

typedef long long i64;
typedef unsigned long long u64;

enum { CHUNK = 256 }; /* so many lanes are taken at once where a formula needs room for each */

#define APART __attribute__((noinline, noclone, unused)) /* compiled once, wherever it is called */
#define INSIDE static inline __attribute__((always_inline)) /* so that arguments which are constants count as such */
#define UNROLLED _Pragma("GCC unroll 8") for

/* Kernels -------------------------------------------------------------------------------------------------

   No branch inside, so that compilers vectorise. The bounds on the error, in units in the last place of the
   exact result, are checked against mpmath in the tests; they follow from the steps: reduction of the argument
   with a constant in two parts, a polynomial whose remainder is below 2^-57, and one rounding where the last
   two terms meet. Infinities, nan and gradual underflow are IEEE 754's. A name that begins with k_ stands in
   the table of kernels. */

INSIDE u64 bits(double x) { u64 u; memcpy(&u, &x, 8); return u; }
INSIDE double from_bits(u64 u) { double x; memcpy(&x, &u, 8); return x; }

/* x = k ln 2 + r with |r| <= ln 2 / 2, and p = e^r - 1. Adding 1.5 * 2^52 rounds k and leaves it in the low
   bits. */
#define REDUCE(x) \
    const double shifted = (x) * 1.4426950408889634 + 6755399441055744.0; \
    const double whole = shifted - 6755399441055744.0; \
    const u64 k = bits(shifted) - 0x4338000000000000ULL; \
    const double r = ((x) - whole * 6.93147180369123816490e-01) - whole * 1.90821492927058770002e-10; \
    const double p = r + r * r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 \
        + r * (1.0 / 720 + r * (1.0 / 5040 + r * (1.0 / 40320 + r * (1.0 / 362880 \
        + r * (1.0 / 3628800 + r * (1.0 / 39916800 + r * (1.0 / 479001600 \
        + r * (1.0 / 6227020800))))))))))));

/* e^x * 2^shift, the power of two in two factors, so that neither overflows before the product does. */
INSIDE double scaled_exp(double x, u64 shift) {
    const double above = x < -746.0 ? -746.0 : x;
    const double y = above > 711.0 ? 711.0 : above;
    REDUCE(y)
    const u64 all = k + shift + 4096, half = all >> 1;
    const double one = from_bits((half - 2048 + 1023) << 52);
    const double other = from_bits((all - half - 2048 + 1023) << 52);
    return (1.0 + p) * one * other;
}

/* within 1.0 ulps */
INSIDE double k_exp(double x) { return scaled_exp(x, 0); }

INSIDE double near_expm1(double x) { /* for |x| <= 44 */
    REDUCE(x)
    const double scale = from_bits((k + 1023) << 52);
    return scale * p + (scale - 1.0);
}

/* within 1.5 ulps */
INSIDE double k_expm1(double x) {
    const double above = x < -44.0 ? -44.0 : x, near = near_expm1(above > 44.0 ? 44.0 : above);
    const double far = k_exp(x);
    const double result = x > 44.0 ? far : near;
    return x == 0.0 ? x : result;
}

/* within 1.0 ulps: x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m by the series in f / (2 + f), f = m - 1, as
   in Sun's fdlibm. */
INSIDE double k_log(double x) {
    const double small = x < 2.2250738585072014e-308 ? 1.0 : 0.0;
    const double y = small != 0.0 ? x * 18014398509481984.0 : x;
    const u64 above = bits(y) - 0x3fe6a09e667f3bcdULL + 0x4000000000000000ULL, place = above >> 52;
    const double k = from_bits(0x4330000000000000ULL | place) - 4503599627371520.0 - 54.0 * small;
    const double f = from_bits(bits(y) - ((place - 1024) << 52)) - 1.0;
    const double s = f / (2.0 + f), z = s * s, w = z * z, h = 0.5 * f * f;
    const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    const double odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860510658591e-01)));
    const double result = k * 6.93147180369123816490e-01
        - ((h - (s * (h + (even + odd)) + k * 1.90821492927058770002e-10)) - f);
    const double end = x == 0.0 ? -INFINITY : NAN, finite = x < INFINITY ? result : x;
    return x > 0.0 ? finite : end;
}

/* within 2.0 ulps */
INSIDE double k_log1p(double x) {
    const double w = 1.0 + x, whole = k_log(w), result = whole - ((w - 1.0) - x) / w;
    const double inside = x < INFINITY ? result : x;
    return x > -1.0 ? inside : whole;
}

/* within 3.0 ulps */
INSIDE double k_tanh(double x) {
    const double a = fabs(x), b = a > 22.0 ? 22.0 : a, t = near_expm1(2.0 * b);
    return copysign(t / (t + 2.0), x);
}

/* within 2.0 ulps */
INSIDE double k_cosh(double x) {
    const double half = scaled_exp(fabs(x), (u64)-1);
    return half + 0.25 / half;
}

/* within 3.0 ulps */
INSIDE double k_sech(double x) {
    const double twice = scaled_exp(-fabs(x), 1);
    return twice / (1.0 + 0.25 * twice * twice);
}

/* within 2.5 ulps */
INSIDE double k_sigmoid(double x) {
    const double e = k_exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

/* within 3.0 ulps */
INSIDE double k_softplus(double x) { return (x > 0.0 ? x : 0.0) + k_log1p(k_exp(-fabs(x))); }

INSIDE double k_logaddexp(double x, double y) {
    const double top = x > y ? x : y, far = top + k_log1p(k_exp(-fabs(x - y)));
    return x == y ? x + 0.6931471805599453 : far;
}

INSIDE double k_sign(double x) {
    const double low = x < 0.0 ? -1.0 : x * 0.0;
    return x > 0.0 ? 1.0 : low;
}

/* The larger and the smaller of two; nan if one is nan. */
INSIDE double k_maximum(double x, double y) { return (y > x) | (y != y) ? y : x; }
INSIDE double k_minimum(double x, double y) { return (y < x) | (y != y) ? y : x; }

/* A place in a table of n; the first where it is none, which a guard tells. */
INSIDE long place(double k, long n) { return k >= 0.0 && k < n ? (long)k : 0; }

/* x / d for many x and one d, where r is 1 / d: the quotient and what is left of x correct each other, so that the
   bits are those of a division, which takes three times as long. Infinities may come out as nan. */
INSIDE double over(double x, double d, double r) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    const double quotient = x * r;
    return fma(fma(-quotient, d, x), r, quotient);
#else
    return x / d;
#endif
}

/* The product of all elements but the j-th at work[j]: prefix times suffix, no division. The n elements lie at
   work[n], `step` numbers apart. */
static void APART k_others(double *work, long n, long step, long lanes) {
    const double *x = work + n * step;
    double before[CHUNK], after[CHUNK];
    for (long l = 0; l < lanes; l++) before[l] = after[l] = 1.0;
    for (long j = 0; j < n; j++)
        for (long l = 0; l < lanes; l++) work[j * step + l] = before[l], before[l] *= x[j * step + l];
    for (long j = n - 1; j >= 0; j--)
        for (long l = 0; l < lanes; l++) work[j * step + l] *= after[l], after[l] *= x[j * step + l];
}

/* Vectors of lanes ---------------------------------------------------------------------------------------- */

#if defined(__AVX512F__)
#define W 8
#define WIDE 4
#elif defined(__AVX__)
#define W 4
#define WIDE 2
#else
#define W 2
#define WIDE 2
#endif
typedef double V __attribute__((vector_size(8 * W)));
typedef double L __attribute__((vector_size(8 * W), may_alias, aligned(8))); /* wherever it lies in memory */
typedef double H __attribute__((vector_size(4 * W)));

INSIDE double across(V v) {
    union { V whole; H half[2]; double part[W]; } sum = {v};
    sum.half[0] += sum.half[1];
    for (int k = 1; k < W / 2; k++) sum.part[0] += sum.part[k];
    return sum.part[0];
}

/* The sums across each of W vectors: neighbours are added to neighbours, then pairs to pairs. */
INSIDE V across_each(const V *v) {
#if defined(__clang__) || __GNUC__ >= 12
#if W == 8
#define PAIR(a, b) (__builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) \
    + __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15))
#define FOUR(a, b) (__builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) \
    + __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15))
    const V low = FOUR(PAIR(v[0], v[1]), PAIR(v[2], v[3])), high = FOUR(PAIR(v[4], v[5]), PAIR(v[6], v[7]));
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11)
        + __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
#elif W == 4
#define PAIR(a, b) (__builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7))
    const V low = PAIR(v[0], v[1]), high = PAIR(v[2], v[3]);
    return __builtin_shufflevector(low, high, 0, 1, 4, 5) + __builtin_shufflevector(low, high, 2, 3, 6, 7);
#else
    return __builtin_shufflevector(v[0], v[1], 0, 2) + __builtin_shufflevector(v[0], v[1], 1, 3);
#endif
#else
    V sums;
    for (int k = 0; k < W; k++) sums[k] = across(v[k]);
    return sums;
#endif
}

static double APART total(const double *x, long count) {
    V sum = {0};
    long l = 0;
    for (; l + W <= count; l += W) sum += *(const L *)(x + l);
    double all = across(sum);
    for (; l < count; l++) all += x[l];
    return all;
}

/* Formulas --------------------------------------------------------------------------------------------------

   A printed function computes something for `P` members, in `L` lanes each. Each of its operands begins `at` some
   place; the next member is a `step` away. A sequence has `n` elements, each an `element` from the one before it, or
   so many times that from the first as `list` says. Returned is whether anything was odd: a row left the reals, or
   took another branch. */

typedef struct { double *at; long step, element; const int *list; } Operand;

#define FORMULA(name) i64 name(long P, long L, long n, const Operand *x, double *work)
typedef FORMULA(Formula);

/* For all lanes, of which none reads what another one writes. */
#ifdef __clang__
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (long l = 0; l < L; l++)
#else
#define EACH _Pragma("GCC ivdep") for (long l = 0; l < L; l++)
#endif
