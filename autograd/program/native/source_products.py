"""Matrix products over lanes as C text: a few rows times a few vectors of lanes held in registers.

Knows strides and lanes; no block and no formula. A storage has `S` numbers for each slot, one per lane.
"""

from __future__ import annotations

from collections.abc import Iterator

HEAD = """\
#define APART __attribute__((noinline, noclone)) /* compiled once, wherever it is called */
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
typedef double V __attribute__((vector_size(8 * W), may_alias));
typedef double L __attribute__((vector_size(8 * W), may_alias, aligned(8)));
typedef double H __attribute__((vector_size(4 * W)));
enum { ZERO, BIAS, MORE };

static inline double across(V v) {
    union { V whole; H half[2]; double part[W]; } sum = {v};
    sum.half[0] += sum.half[1];
    for (int k = 1; k < W / 2; k++) sum.part[0] += sum.part[k];
    return sum.part[0];
}

/* The sum over the rows that are there; the lanes behind them hold nothing of worth. */
static double APART total(const double *x, long count) {
    V sum = {0};
    long l = 0;
    for (; l + W <= count; l += W) sum += *(const L *)(x + l);
    double all = across(sum);
    for (; l < count; l++) all += x[l];
    return all;
}

static void APART blank(double *x, long step, long slots, long count, long lanes) {
    for (long k = 0; k < slots; k++)
        for (long l = count; l < lanes; l++) x[k * step + l] = 0.0;
}
"""

DRIVERS = """\
/* out[i] = (0, b[i] or out[i]) + sum over j of a[i, j] * x[j], for all lanes. */
static void APART
product(long M, long N, const double *a, long rs, long cs, const double *x, long xs, double *out, long os,
        int mode, const double *b, long bs, long lanes) {
    long l = 0;
    for (; l + WIDE * W <= lanes; l += WIDE * W) {
        long i = 0;
        for (; i + 4 <= M; i += 4)
            PRODUCT(4)(N, a + i * rs, rs, cs, x + l, xs, out + i * os + l, os, mode, b + i * bs, bs);
        for (; i < M; i++)
            PRODUCT(1)(N, a + i * rs, rs, cs, x + l, xs, out + i * os + l, os, mode, b + i * bs, bs);
    }
    for (; l < lanes; l += W) {
        long i = 0;
        for (; i + 8 <= M; i += 8)
            product_8_1(N, a + i * rs, rs, cs, x + l, xs, out + i * os + l, os, mode, b + i * bs, bs);
        for (; i < M; i++)
            product_1_1(N, a + i * rs, rs, cs, x + l, xs, out + i * os + l, os, mode, b + i * bs, bs);
    }
}

/* d[i, j] += sum over lanes of g[i] * x[j]. */
static void APART
outer(long M, long N, const double *g, const double *x, long xs, double *d, long rs, long cs, long lanes) {
    long i = 0;
    for (; i + 4 <= M; i += 4) {
        long j = 0;
        for (; j + WIDE <= N; j += WIDE)
            OUTER(4)(g + i * S, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes);
        for (; j < N; j++) outer_4_1(g + i * S, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes);
    }
    for (; i < M; i++) {
        long j = 0;
        for (; j + WIDE <= N; j += WIDE)
            OUTER(1)(g + i * S, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes);
        for (; j < N; j++) outer_1_1(g + i * S, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes);
    }
}
"""


def text() -> str:
    """Print the kernels of every size that the drivers call, and the drivers."""
    lines = [HEAD]
    for wide in (4, 2):
        lines.append(f"#if WIDE == {wide}")
        lines.append(f"#define PRODUCT(rows) product_##rows##_{wide}")
        lines.append(f"#define OUTER(rows) outer_##rows##_{wide}")
        for rows in (4, 1):
            lines += [*product(rows, wide), *outer(rows, wide)]
        lines.append("#endif")
    lines += [*product(8, 1), *product(1, 1), *outer(4, 1), *outer(1, 1)]
    return "\n".join([*lines, DRIVERS])


def product(rows: int, vectors: int) -> Iterator[str]:
    """Print the kernel that computes so many rows times so many vectors of lanes."""
    cells = [(i, v) for i in range(rows) for v in range(vectors)]
    yield f"static inline void product_{rows}_{vectors}(long N, const double *a, long rs, long cs,"
    yield "        const double *x, long xs, double *out, long os, int mode, const double *b, long bs) {"
    yield f"    V {', '.join(f'c{i}{v} = {{0}}' for i, v in cells)};"
    yield "    if (mode == BIAS) {"
    yield from (f"        c{i}{v} = c{i}{v} + b[{i} * bs];" for i, v in cells)
    yield "    } else if (mode == MORE) {"
    yield from (f"        c{i}{v} = *(const V *)(out + {i} * os + {v} * W);" for i, v in cells)
    yield "    }"
    yield "    for (long j = 0; j < N; j++) {"
    yield from _multiplied(rows, vectors, "const double a{0} = a[{0} * rs + j * cs]", "x + j * xs + {0} * W")
    yield "    }"
    yield from (f"    *(V *)(out + {i} * os + {v} * W) = c{i}{v};" for i, v in cells)
    yield "}"


def outer(rows: int, columns: int) -> Iterator[str]:
    """Print the kernel that adds so many rows times columns of sums over lanes."""
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    yield f"static inline void outer_{rows}_{columns}(const double *g, const double *x, long xs, double *d,"
    yield "        long rs, long cs, long lanes) {"
    yield f"    V {', '.join(f'c{i}{j} = {{0}}' for i, j in cells)};"
    yield "    for (long l = 0; l < lanes; l += W) {"
    yield from _multiplied(rows, columns, "const V a{0} = *(const V *)(g + {0} * S + l)", "x + {0} * xs + l")
    yield "    }"
    yield from (f"    d[{i} * rs + {j} * cs] += across(c{i}{j});" for i, j in cells)
    yield "}"


def _multiplied(rows: int, columns: int, left: str, right: str) -> Iterator[str]:
    """Print the inside of a kernel's loop: every row's factor times every vector, added to its cell."""
    yield from (f"        const V x{k} = *(const V *)({right.format(k)});" for k in range(columns))
    for i in range(rows):
        yield f"        {left.format(i)};"
        yield from (f"        c{i}{k} += a{i} * x{k};" for k in range(columns))
