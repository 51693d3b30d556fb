/* What every compiled program stands on: the kernels that the C library lacks, matrix products, and the loop
   over tiles of rows that replays a program, differentiates it and trains it.

   A program is a text of three parts, one after the other:
   1. its sizes, `#define SIZES ...`,
   2. this file,
   3. its blocks, which the printer makes of formulas: the functions declared below under "Blocks".

   A slot is a place for one number. A number that depends on the row has `S` places instead, one for each lane:
   `S` rows, `T` at most, a tile, are taken through all blocks at once, so that their numbers stay in the cache.
   Members of a block that lie side by side are lanes, too. Knows lanes and strides; no formula and no graph. */

#include <math.h>
#include <string.h>

typedef long long i64;
typedef unsigned long long u64;

#ifndef SIZES /* opened alone */
#define SIZES LEAVES = 1, OUTPUTS = 1, CONSTANT = 1, INPUTS = 1, SLOTS = 1, T = 64
#endif
enum { SIZES, CHUNK = 256 }; /* so many lanes are taken at once where a formula needs room for each */

#define APART __attribute__((noinline, noclone, unused)) /* compiled once, wherever it is called */
#define INSIDE static inline __attribute__((always_inline)) /* so that arguments which are constants count as such */
#define UNROLLED _Pragma("GCC unroll 8") for

/* Kernels -------------------------------------------------------------------------------------------------

   No branch inside, so that compilers vectorise. The bounds on the error, in units in the last place of the
   exact result, are checked against mpmath in the tests; they follow from the steps: reduction of the argument
   with a constant in two parts, a polynomial whose remainder is below 2^-57, and one rounding where the last
   two terms meet. Infinities, nan and gradual underflow are IEEE 754's. A name that begins with k_ stands in
   the table of kernels. */

static inline u64 bits(double x) { u64 u; memcpy(&u, &x, 8); return u; }
static inline double from_bits(u64 u) { double x; memcpy(&x, &u, 8); return x; }

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
static inline double scaled_exp(double x, u64 shift) {
    const double above = x < -746.0 ? -746.0 : x;
    const double y = above > 711.0 ? 711.0 : above;
    REDUCE(y)
    const u64 all = k + shift + 4096, half = all >> 1;
    const double one = from_bits((half - 2048 + 1023) << 52);
    const double other = from_bits((all - half - 2048 + 1023) << 52);
    return (1.0 + p) * one * other;
}

/* within 1.0 ulps */
static inline double k_exp(double x) { return scaled_exp(x, 0); }

static inline double near_expm1(double x) { /* for |x| <= 44 */
    REDUCE(x)
    const double scale = from_bits((k + 1023) << 52);
    return scale * p + (scale - 1.0);
}

/* within 1.5 ulps */
static inline double k_expm1(double x) {
    const double above = x < -44.0 ? -44.0 : x, near = near_expm1(above > 44.0 ? 44.0 : above);
    const double far = k_exp(x);
    const double result = x > 44.0 ? far : near;
    return x == 0.0 ? x : result;
}

/* within 1.0 ulps: x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m by the series in f / (2 + f), f = m - 1, as
   in Sun's fdlibm. */
static inline double k_log(double x) {
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
static inline double k_log1p(double x) {
    const double w = 1.0 + x, whole = k_log(w), result = whole - ((w - 1.0) - x) / w;
    const double inside = x < INFINITY ? result : x;
    return x > -1.0 ? inside : whole;
}

/* within 3.0 ulps */
static inline double k_tanh(double x) {
    const double a = fabs(x), b = a > 22.0 ? 22.0 : a, t = near_expm1(2.0 * b);
    return copysign(t / (t + 2.0), x);
}

/* within 2.0 ulps */
static inline double k_cosh(double x) {
    const double half = scaled_exp(fabs(x), (u64)-1);
    return half + 0.25 / half;
}

/* within 3.0 ulps */
static inline double k_sech(double x) {
    const double twice = scaled_exp(-fabs(x), 1);
    return twice / (1.0 + 0.25 * twice * twice);
}

/* within 2.5 ulps */
static inline double k_sigmoid(double x) {
    const double e = k_exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}

/* within 3.0 ulps */
static inline double k_softplus(double x) { return (x > 0.0 ? x : 0.0) + k_log1p(k_exp(-fabs(x))); }

static inline double k_logaddexp(double x, double y) {
    const double top = x > y ? x : y, far = top + k_log1p(k_exp(-fabs(x - y)));
    return x == y ? x + 0.6931471805599453 : far;
}

static inline double k_sign(double x) {
    const double low = x < 0.0 ? -1.0 : x * 0.0;
    return x > 0.0 ? 1.0 : low;
}

/* The larger and the smaller of two; nan if one is nan. */
static inline double k_maximum(double x, double y) { return (y > x) | (y != y) ? y : x; }
static inline double k_minimum(double x, double y) { return (y < x) | (y != y) ? y : x; }

/* A place in a table of n; the first where it is none, which a guard tells. */
static inline long place(double k, long n) { return k >= 0.0 && k < n ? (long)k : 0; }

/* x / d for many x and one d, where r is 1 / d: the quotient and what is left of x correct each other, so that the
   bits are those of a division, which takes three times as long. Infinities may come out as nan. */
static inline double over(double x, double d, double r) {
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
    double before[T], after[T];
    for (long l = 0; l < lanes; l++) before[l] = after[l] = 1.0;
    for (long j = 0; j < n; j++)
        for (long l = 0; l < lanes; l++) work[j * step + l] = before[l], before[l] *= x[j * step + l];
    for (long j = n - 1; j >= 0; j--)
        for (long l = 0; l < lanes; l++) work[j * step + l] *= after[l], after[l] *= x[j * step + l];
}

#ifndef RULE /* an optimiser's rule needs the kernels alone */

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

static inline double across(V v) {
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

/* Matrix products over lanes ------------------------------------------------------------------------------

   A few rows times a few vectors of lanes are summed in registers: `rows` and `wide` are constants where these
   are called, so that the loops over them are written out and c is no array in memory. What is left over, less
   than a vector, is taken lane by lane; then a matrix whose rows or columns lie side by side is read along them. */

enum { ZERO, BIAS, MORE }; /* what a product is added to: nothing, b[i], or what is there */

INSIDE void product_in_registers(const int rows, const int wide, long N, const double *a, long rs, long cs,
        const double *x, long xs, double *out, long os, int mode, const double *b, long bs) {
    V c[8][4], y[4];
    UNROLLED (int i = 0; i < rows; i++)
        UNROLLED (int v = 0; v < wide; v++) c[i][v] = (V){0};
    if (mode == BIAS) {
        UNROLLED (int i = 0; i < rows; i++)
            UNROLLED (int v = 0; v < wide; v++) c[i][v] = c[i][v] + b[i * bs];
    } else if (mode == MORE) {
        UNROLLED (int i = 0; i < rows; i++)
            UNROLLED (int v = 0; v < wide; v++) c[i][v] = *(const L *)(out + i * os + v * W);
    }
    for (long j = 0; j < N; j++) {
        UNROLLED (int v = 0; v < wide; v++) y[v] = *(const L *)(x + j * xs + v * W);
        UNROLLED (int i = 0; i < rows; i++) {
            const double factor = a[i * rs + j * cs];
            UNROLLED (int v = 0; v < wide; v++) c[i][v] += factor * y[v];
        }
    }
    UNROLLED (int i = 0; i < rows; i++)
        UNROLLED (int v = 0; v < wide; v++) *(L *)(out + i * os + v * W) = c[i][v];
}

static void APART product_of_lane(long M, long N, const double *a, long rs, long cs, const double *x, long xs,
        double *out, long os, int mode, const double *b, long bs) {
    if (mode != MORE) for (long i = 0; i < M; i++) out[i * os] = mode == BIAS ? b[i * bs] : 0.0;
    if (rs == 1 && os == 1) {
        for (long j = 0; j < N; j++)
            for (long i = 0; i < M; i++) out[i] += a[i + j * cs] * x[j * xs];
        return;
    }
    for (long i = 0; i < M; i++) {
        double sum = 0.0;
        if (cs == 1 && xs == 1) {
            _Pragma("omp simd reduction(+:sum)")
            for (long j = 0; j < N; j++) sum += a[i * rs + j] * x[j];
        } else for (long j = 0; j < N; j++) sum += a[i * rs + j * cs] * x[j * xs];
        out[i * os] += sum;
    }
}

/* out[i] = (0, b[i] or out[i]) + sum over j of a[i, j] * x[j], for all lanes. */
static void APART product(long M, long N, const double *a, long rs, long cs, const double *x, long xs,
        double *out, long os, int mode, const double *b, long bs, long lanes) {
#define PRODUCT(rows, wide) product_in_registers(rows, wide, \
        N, a + i * rs, rs, cs, x + l, xs, out + i * os + l, os, mode, b + i * bs, bs)
    long l = 0;
    for (; l + WIDE * W <= lanes; l += WIDE * W) {
        long i = 0;
        for (; i + 4 <= M; i += 4) PRODUCT(4, WIDE);
        for (; i < M; i++) PRODUCT(1, WIDE);
    }
    for (; l + W <= lanes; l += W) {
        long i = 0;
        for (; i + 8 <= M; i += 8) PRODUCT(8, 1);
        for (; i < M; i++) PRODUCT(1, 1);
    }
    for (; l < lanes; l++) product_of_lane(M, N, a, rs, cs, x + l, xs, out + l, os, mode, b, bs);
}

INSIDE void outer_in_registers(const int rows, const int wide, const double *g, long gs, const double *x,
        long xs, double *d, long rs, long cs, long lanes) {
    V c[4][W], y[W];
    UNROLLED (int i = 0; i < rows; i++)
        UNROLLED (int j = 0; j < wide; j++) c[i][j] = (V){0};
    for (long l = 0; l + W <= lanes; l += W) {
        UNROLLED (int j = 0; j < wide; j++) y[j] = *(const L *)(x + j * xs + l);
        UNROLLED (int i = 0; i < rows; i++) {
            const V factor = *(const L *)(g + i * gs + l);
            UNROLLED (int j = 0; j < wide; j++) c[i][j] += factor * y[j];
        }
    }
    UNROLLED (int i = 0; i < rows; i++) {
        if (wide < W) {
            UNROLLED (int j = 0; j < wide; j++) d[i * rs + j * cs] += across(c[i][j]);
        } else {
            const V sums = across_each(c[i]);
            if (cs == 1) *(L *)(d + i * rs) += sums;
            else UNROLLED (int j = 0; j < wide; j++) d[i * rs + j * cs] += sums[j];
        }
    }
}

static void APART outer_of_lane(long M, long N, const double *g, long gs, const double *x, long xs, double *d,
        long rs, long cs) {
    for (long i = 0; i < M; i++) {
        const double factor = g[i * gs];
        double *row = d + i * rs;
        if (cs == 1 && xs == 1) for (long j = 0; j < N; j++) row[j] += factor * x[j];
        else for (long j = 0; j < N; j++) row[j * cs] += factor * x[j * xs];
    }
}

/* d[i, j] += sum over lanes of g[i] * x[j]. */
static void APART outer(long M, long N, const double *g, long gs, const double *x, long xs, double *d, long rs,
        long cs, long lanes) {
#define OUTER(rows, wide) outer_in_registers(rows, wide, \
        g + i * gs, gs, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes)
    const long whole = N / W * W, near = 4096 / lanes > W ? 4096 / lanes / W * W : W;
    for (long first = 0; lanes >= W && first < whole; first += near) { /* some x stay near while all g pass */
        const long end = first + near < whole ? first + near : whole;
        long i = 0;
        for (; i + 2 <= M; i += 2)
            for (long j = first; j < end; j += W) OUTER(2, W);
        for (; i < M; i++)
            for (long j = first; j < end; j += W) OUTER(1, W);
    }
    for (long j = whole; lanes >= W && j < N; j++) {
        long i = 0;
        for (; i + 4 <= M; i += 4) OUTER(4, 1);
        for (; i < M; i++) OUTER(1, 1);
    }
    for (long l = lanes / W * W; l < lanes; l++) outer_of_lane(M, N, g + l, gs, x + l, xs, d, rs, cs);
}

/* Blocks --------------------------------------------------------------------------------------------------

   What the printer brings. U holds what does not depend on the row: leaves, constants, results; X the inputs
   and V the results of a tile's rows; dU and dV are their adjoints. The forward ones tell whether anything
   was odd: a row left the reals, or took another branch. */

static i64 forward_once(double *U, double *work);
static i64 forward_rows(double *U, double *X, double *V, double *work, const long S);
static void backward_rows(double *U, double *dU, double *X, double *V, double *dV, double *work, const long S,
        long count, double seed);
static void backward_once(double *U, double *dU, double *work, double seed);
static void predict(double *U, double *X, double *V, double *y, const long S, long l); /* outputs, in lane l */
static double loss(double *U, double *X, double *V, const long S, long l);

/* Rows, tile by tile -------------------------------------------------------------------------------------- */

/* Where everything lies: told once, so that a call takes few arguments. */
typedef struct { double *U, *dU, *losses, *sum, *outputs, *inputs, *space; const double *rows; i64 B; } Frame;

/* How many lanes a tile has for the rows that are left: one for one row, else whole vectors. */
static long lanes_for(i64 rows) { return rows == 1 ? 1 : rows > T - W ? T : (rows + W - 1) / W * W; }

/* Take rows first ... first + B - 1 of a table, in some order or as they stand, and the masks that belong to
   them, and lay them out lane by lane. The lanes behind the last row repeat it; its adjoint is 0 there. */
static void APART gather(const Frame *f, const double *table, i64 columns, const i64 *order, const double *masks,
        i64 first) {
    double *inputs = f->inputs;
    const i64 drawn = INPUTS - columns;
    for (long start = 0, S; start < f->B; start += S, inputs += INPUTS * S) {
        S = lanes_for(f->B - start);
        for (long l = 0, wide = S == 1 ? 1 : W; l < S; l += wide) { /* a vector of rows, so that stores are whole */
            const double *row[W], *mask[W];
            for (long j = 0; j < wide; j++) {
                const i64 place = first + (start + l + j < f->B ? start + l + j : f->B - 1);
                row[j] = table + (order ? order[place] : place) * columns, mask[j] = masks + place * drawn;
            }
            for (long k = 0; k < columns; k++)
                for (long j = 0; j < wide; j++) inputs[k * S + l + j] = row[j][k];
            for (long k = 0; k < drawn; k++)
                for (long j = 0; j < wide; j++) inputs[(columns + k) * S + l + j] = mask[j][k];
        }
    }
}

static void load(const Frame *f) { gather(f, f->rows, INPUTS, 0, 0, 0); }

static i64 APART replay(const Frame *f, double *dU, double seed, double *losses, double *outputs) {
    double *U = f->U, *X = f->inputs, *V = f->space, *dV = V + SLOTS * T, *work = dV + SLOTS * T;
    i64 odd = forward_once(U, work);
    double added = 0.0;
    if (dU) memset(dU, 0, CONSTANT * sizeof(double));
    for (long first = 0, S; first < f->B; first += S, X += INPUTS * S) {
        S = lanes_for(f->B - first);
        const long count = f->B - first < S ? f->B - first : S;
        odd |= forward_rows(U, X, V, work, S);
        for (long l = 0; l < count; l++) added += loss(U, X, V, S, l);
        for (long l = 0; losses && l < count; l++) losses[first + l] = loss(U, X, V, S, l);
        for (long l = 0; outputs && l < count; l++) predict(U, X, V, outputs + (first + l) * OUTPUTS, S, l);
        if (dU) backward_rows(U, dU, X, V, dV, work, S, count, seed);
    }
    if (dU) backward_once(U, dU, work, seed * f->B);
    *f->sum = added;
    return odd;
}

/* Whether a gradient is nan: 0 times infinity, perhaps, on an edge that is none. */
static i64 APART lost(const double *dU) {
    i64 nan = 0;
    for (long k = 0; k < LEAVES; k++) nan |= dU[k] != dU[k];
    return nan;
}

/* What Python calls: 0, or 1 where the same call is to be made with NumPy, which finds what is odd. */

int chainrule_losses(const Frame *f) {
    load(f);
    return replay(f, 0, 0.0, f->losses, f->outputs) != 0;
}

int chainrule_step(const Frame *f, double seed) {
    load(f);
    return replay(f, f->dU, seed, 0, f->outputs) || lost(f->dU);
}

/* Updates -------------------------------------------------------------------------------------------------

   The text of an optimiser, compiled by itself, as functions of a run: n of its parameters, from `first` on,
   that lie side by side in U. The rule makes one update; it adds their squared gradients to `squares`, and
   returns 0, or nan where a gradient or a new parameter is not finite. */

typedef double Rule(i64 n, i64 first, double lr, double t, const double *hyper, double *p, const double *g,
        double *const *state, double *squares);
typedef void Ahead(i64 n, i64 first, const double *hyper, const double *p, double *const *state, double *point);

typedef struct { i64 first, n, place, part, t; } Run; /* place -1: not in the loss; t: updates made before */

typedef struct {
    Frame f;
    Rule *rule;
    Ahead *ahead;
    const Run *runs;
    const double *hyper;
    double *theta, *before; /* the parameters, and those before the last update */
    double *const *state;
    double *kept;       /* room for all of these */
    const double *none; /* the gradient of what is not in the loss; 0 where everything is in it */
    const double *table, *masks, *rates;
    const i64 *order;
    double *losses, *norms;
    i64 moved, count, variables, parts, N, size, columns, mean, made;
} Updates;

static void APART copied(double *to, const double *from, i64 n) { memcpy(to, from, n * sizeof(double)); }

/* Updates `begin` to `end`. Where the gradient is wanted at the parameters themselves, they are moved where they
   lie in U; elsewhere `theta` holds them, and U the point. */
static void APART make(Updates *u, i64 begin, i64 end) {
    Frame *f = &u->f;
    const i64 batches = (u->N + u->size - 1) / u->size, apart = u->ahead || u->none;
    for (i64 k = u->made = begin; k < end; k++) {
        const i64 start = k % batches * u->size, row = (u->order || u->masks ? k / batches * u->N : 0) + start;
        f->B = u->N - start < u->size ? u->N - start : u->size;
        if (k == begin || batches > 1 || row) gather(f, u->table, u->columns, u->order, u->masks, row);
        const double each = u->mean ? 1.0 / f->B : 1.0;
        double odd = 0.0, *norms = u->norms + k * u->parts;
        for (i64 r = 0; r < u->count; r++) {
            const Run run = u->runs[r];
            double *theta = u->theta + run.first, *place = f->U + run.place;
            if (k + 1 == end) copied(u->before + run.first, apart ? theta : place, run.n);
            if (apart && run.place >= 0) {
                if (u->ahead) u->ahead(run.n, run.first, u->hyper, theta, u->state, place);
                else copied(place, theta, run.n);
            }
        }
        if (replay(f, f->dU, each, 0, k + 1 < end ? 0 : f->outputs)) return;
        u->losses[k] = *f->sum * each;
        for (i64 part = 0; part < u->parts; part++) norms[part] = 0.0;
        for (i64 r = 0; r < u->count; r++) {
            const Run run = u->runs[r];
            odd += u->rule(run.n, run.first, u->rates[k - begin], run.t + (k - begin) + 1, u->hyper,
                    apart ? u->theta + run.first : f->U + run.place, run.place < 0 ? u->none : f->dU + run.place,
                    u->state, norms + run.part);
        }
        for (i64 part = 0; part < u->parts; part++) norms[part] = sqrt(norms[part]);
        if (!(odd + u->losses[k] * 0.0 == 0.0)) return;
        u->made = k + 1;
    }
}

/* Put aside what updates change, or put it back. */
static void APART keep(const Updates *u, i64 back) {
    for (i64 v = 0; v < u->variables + 2; v++) {
        double *x = v == 0 ? u->theta : v == 1 ? u->before : u->state[v - 2], *kept = u->kept + v * u->moved;
        copied(back ? x : kept, back ? kept : x, u->moved);
    }
}

/* Parameters to U, and back where U is where they were moved. */
static void APART exchange(const Updates *u, i64 back) {
    for (i64 r = 0; r < u->count; r++) {
        const Run run = u->runs[r];
        double *theta = u->theta + run.first, *place = u->f.U + run.place;
        if (run.place >= 0) copied(back ? theta : place, back ? place : theta, run.n);
    }
}

/* Updates `begin` to `end`, each from the next `size` rows of N, again and again; order and masks go on. `made`
   tells how many there are now: fewer where one was odd. Then those before it are made once more from the start,
   so that parameters and state are never those of half an update. */
void chainrule_updates(Updates *u, i64 begin, i64 end) {
    keep(u, 0);
    exchange(u, 0);
    make(u, begin, end);
    if (u->made < end) {
        keep(u, 1);
        exchange(u, 0);
        make(u, begin, u->made);
    }
    exchange(u, u->ahead || u->none ? 0 : 1);
}

#endif
