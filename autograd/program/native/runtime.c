/* What programs share: matrix products, and the loop over tiles of rows that replays a program, differentiates it
   and trains it. A program is data: calls of functions, those here and those printed for its blocks. */

#ifndef FORMULA /* opened alone */
#include "runtime.h"
#endif

/* Matrix products over lanes ------------------------------------------------------------------------------

   A few rows times a few vectors of lanes are summed in registers: `rows` and `wide` are constants where these
   are called, so that the loops over them are written out and c is no array in memory. What is left over, less
   than a vector, is taken lane by lane; then a matrix whose rows or columns lie side by side is read along them. */

enum { MANY = 32, TURNED = 2048 }; /* rows that are worth to turn so many numbers */
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

/* The same as d + G @ x.T, with some x at a time turned, so that nothing is summed across vectors: for many rows. */
static void APART outer_of_many(long M, long N, const double *g, long gs, const double *x, long xs, double *d,
        long rs, long lanes) {
    double turned[TURNED];
    const long near = TURNED / lanes / W * W;
    for (long first = 0; first < N; first += near) {
        const long wide = N - first < near ? N - first : near;
        for (long j = 0; j < wide; j++)
            for (long l = 0; l < lanes; l++) turned[l * near + j] = x[(first + j) * xs + l];
        product(M, lanes, g, gs, 1, turned, near, d + first, rs, MORE, 0, 0, wide);
    }
}

/* d[i, j] += sum over lanes of g[i] * x[j]. */
static void APART outer(long M, long N, const double *g, long gs, const double *x, long xs, double *d, long rs,
        long cs, long lanes) {
#define OUTER(rows, wide) outer_in_registers(rows, wide, \
        g + i * gs, gs, x + j * xs, xs, d + i * rs + j * cs, rs, cs, lanes)
    if (cs == 1 && M >= MANY && lanes > 1 && lanes * W <= TURNED) {
        outer_of_many(M, N, g, gs, x, xs, d, rs, lanes);
        return;
    }
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

/* Blocks ------------------------------------------------------------------------------------------------------

   `at` holds the storages. U is for what does not depend on the row: leaves, constants, results; X for the inputs and
   V for the results of a tile's rows; dU, dV are their adjoints; behind them is scratch. `k` lists what calls differ
   in: slots, steps, lengths, and where in `k` lists of such begin. What does not depend on the row is computed with
   S = 1. */

#define BLOCK(name) i64 name(double *const *at, const long S, const int *k)

enum { SCRATCH = 5 };

/* `pairs` says at how many places there is a product, `at` where: where x begins, and y, the block's own results or
   adjoints, in the storages of these numbers. */
typedef struct {
    int pairs, rows, columns, w, down, along, x, next, y, below, mode, b, step, beside, begin[][2];
} Matrix;

/* y = (0, b or y) + W @ x */
BLOCK(chainrule_product) {
    const Matrix *m = (const Matrix *)k;
    for (long p = 0; p < m->pairs; p++)
        product(m->rows, m->columns, at[0] + m->w, m->down, m->along, at[m->x] + m->begin[p][0] * S, m->next * S,
            at[m->y] + m->begin[p][1] * S, m->below * S, m->mode, at[0] + m->b, m->step, m->beside * S);
    return 0;
}

/* dW += y @ x.T */
BLOCK(chainrule_outer) {
    const Matrix *m = (const Matrix *)k;
    for (long p = 0; p < m->pairs; p++)
        outer(m->rows, m->columns, at[m->y] + m->begin[p][1] * S, m->below * S,
            at[m->x] + m->begin[p][0] * S, m->next * S, at[3] + m->w, m->down, m->along, m->beside * S);
    return 0;
}

/* Zeros for the adjoints in k[1] slots from k[0] on. */
BLOCK(chainrule_zeros) {
    memset(at[4] + k[0] * S, 0, k[1] * S * sizeof(double));
    return 0;
}

/* A formula for all members of a block: rows of `along` that follow by steps. The first row begins at `begin`, all
   where the list at `begins` says. Sequences of a row have one length, and elements that follow by steps too or, where
   any is `irregular`, by the lists that those at `lists` name. */
typedef struct { int storage, lanes, begin, step, element, begins, lists; } Access;
typedef struct { int rows, along, beside, chunk, lengths, irregular, accesses; Access x[]; } Members;

INSIDE i64 members(double *const *at, const long S, const int *k, Formula *formula, Operand *x) {
    const Members *m = (const Members *)k;
    const long N = m->accesses, lanes = m->beside * S, chunk = lanes < m->chunk ? lanes : m->chunk;
    i64 odd = 0;
    for (long i = 0; i < N; i++) {
        const Access *a = m->x + i;
        const long unit = a->lanes ? S : 1;
        x[i].at = at[a->storage] + a->begin * unit, x[i].step = a->step * unit, x[i].element = a->element * unit;
    }
    for (long row = 0; row < m->rows; row++) {
        for (long i = 0; row && i < N; i++) {
            const Access *a = m->x + i;
            x[i].at = at[a->storage] + k[a->begins + row] * (a->lanes ? S : 1);
        }
        for (long i = 0; i < N * m->irregular; i++) x[i].list = k + k[m->x[i].lists + row];
        odd |= formula(m->along, chunk, k[m->lengths + row], x, at[SCRATCH]);
        for (long first = chunk; first < lanes; first += chunk) {
            for (long i = 0; i < N; i++) x[i].at += m->x[i].lanes ? chunk : 0;
            odd |= formula(m->along, lanes - first < chunk ? lanes - first : chunk, k[m->lengths + row], x, at[SCRATCH]);
        }
    }
    return odd;
}

/* Rows, tile by tile -------------------------------------------------------------------------------------- */

typedef BLOCK(Block);
typedef struct { Block *run; Formula *formula; const int *k; } Call;
typedef struct { i64 storage, slot; } Place; /* of U, X, V */

/* A program: the sizes of its storages, how many operands a formula has at most, its calls, of which each of the four
   lists begins where the one before it ends, and where the loss and, behind it, the outputs are. */
typedef struct {
    i64 leaves, once, inputs, slots, outputs, tile, most;
    const Call *calls;
    i64 forward_once, forward_rows, backward_rows, backward_once;
    const Place *loss;
} Program;

/* Where everything lies: told once, so that a call takes few arguments. */
typedef struct {
    const Program *program;
    double *U, *dU, *losses, *sum, *outputs, *inputs, *space;
    const double *rows;
    i64 B;
} Frame;

/* How many lanes a tile has for the rows that are left: one for one row, else whole vectors. */
static long lanes_for(i64 rows, i64 tile) {
    return rows == 1 ? 1 : rows > tile - W ? tile : (rows + W - 1) / W * W;
}

/* Take rows first ... first + B - 1 of a table, in some order or as they stand, and the masks that belong to
   them, and lay them out lane by lane. The lanes behind the last row repeat it; its adjoint is 0 there. */
static void APART gather(const Frame *f, const double *table, i64 columns, const i64 *order, const double *masks,
        i64 first) {
    double *inputs = f->inputs;
    const i64 all = f->program->inputs, drawn = all - columns;
    for (long start = 0, S; start < f->B; start += S, inputs += all * S) {
        S = lanes_for(f->B - start, f->program->tile);
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

static void load(const Frame *f) { gather(f, f->rows, f->program->inputs, 0, 0, 0); }

static i64 APART called(const Program *p, i64 from, i64 to, double *const *at, long S) {
    Operand x[p->most];
    i64 odd = 0;
    for (const Call *call = p->calls + from; call < p->calls + to; call++)
        odd |= call->formula ? members(at, S, call->k, call->formula, x) : call->run(at, S, call->k);
    return odd;
}

/* The numbers of a place: p[0], p[step], ... for the rows of a tile. */
typedef struct { const double *p; long step; } Column;

static Column column(Place place, double *const *at, long S) {
    return place.storage ? (Column){at[place.storage] + place.slot * S, 1} : (Column){at[0] + place.slot, 0};
}

static i64 APART replay(const Frame *f, double *dU, double seed, double *losses, double *outputs) {
    const Program *p = f->program;
    const Place loss = *p->loss;
    double *V = f->space, *dV = V + p->slots * p->tile;
    double *at[] = {f->U, f->inputs, V, dU, dV, dV + p->slots * p->tile};
    i64 odd = called(p, 0, p->forward_once, at, 1);
    double added = 0.0;
    if (dU) memset(dU, 0, p->once * sizeof(double));
    for (long first = 0, S; first < f->B; first += S, at[1] += p->inputs * S) {
        S = lanes_for(f->B - first, p->tile);
        const long count = f->B - first < S ? f->B - first : S;
        odd |= called(p, p->forward_once, p->forward_rows, at, S);
        const Column found = column(loss, at, S);
        for (long l = 0; l < count; l++) added += found.p[l * found.step];
        for (long l = 0; losses && l < count; l++) losses[first + l] = found.p[l * found.step];
        for (long k = 0; outputs && k < p->outputs; k++) {
            const Column y = column(p->loss[1 + k], at, S);
            for (long l = 0; l < count; l++) outputs[(first + l) * p->outputs + k] = y.p[l * y.step];
        }
        if (!dU) continue;
        for (long l = 0; loss.storage == 2 && l < S; l++) dV[loss.slot * S + l] = l < count ? seed : 0.0;
        called(p, p->forward_rows, p->backward_rows, at, S);
    }
    if (dU && loss.storage == 0) dU[loss.slot] += seed * f->B;
    if (dU) called(p, p->backward_rows, p->backward_once, at, 1);
    *f->sum = added;
    return odd;
}

/* Whether a gradient is nan: 0 times infinity, perhaps, on an edge that is none. */
static i64 APART lost(const double *dU, i64 leaves) {
    i64 nan = 0;
    for (long k = 0; k < leaves; k++) nan |= dU[k] != dU[k];
    return nan;
}

/* What Python calls: 0, or 1 where the same call is to be made with NumPy, which finds what is odd. */

int chainrule_losses(const Frame *f) {
    load(f);
    return replay(f, 0, 0.0, f->losses, f->outputs) != 0;
}

int chainrule_step(const Frame *f, double seed) {
    load(f);
    return replay(f, f->dU, seed, 0, f->outputs) || lost(f->dU, f->program->leaves);
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

