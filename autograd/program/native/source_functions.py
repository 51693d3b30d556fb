"""The elementary functions of the native backend as C text: no branch inside, so that compilers vectorise.

Bounds on the error (in ulps of the result; checked against mpmath in the tests) follow from the steps:
reduction of the argument with a constant in two parts, a polynomial whose remainder is below 2**-57, and one
rounding where the last two terms meet. Infinities, nan and gradual underflow are IEEE 754's. What is rarely
an activation comes from the C library.
"""

from __future__ import annotations

import math

# Upper bounds in ulps. exp: the rounding of r and of 1 + p, and of gradual underflow; log: Sun's fdlibm;
# the others are put together from these by the usual rules.
ULPS = {
    "exp": 1.0, "expm1": 1.5, "log": 1.0, "log1p": 2.0,
    "tanh": 3.0, "cosh": 2.0, "sigmoid": 2.5, "softplus": 3.0,
}  # fmt: skip

_TAYLOR = "".join(f" + r * ({1.0 / math.factorial(k)!r}" for k in range(3, 14))

TEXT = f"""\
static inline u64 bits(double x) {{ u64 u; __builtin_memcpy(&u, &x, 8); return u; }}
static inline double from_bits(u64 u) {{ double x; __builtin_memcpy(&x, &u, 8); return x; }}

/* x = k ln 2 + r with |r| <= ln 2 / 2; adding 1.5 * 2^52 rounds k and leaves it in the low bits. */
#define REDUCE(x) \\
    const double shifted = (x) * 1.4426950408889634 + 6755399441055744.0; \\
    const double whole = shifted - 6755399441055744.0; \\
    const u64 k = bits(shifted) - 0x4338000000000000ULL; \\
    const double r = ((x) - whole * 6.93147180369123816490e-01) - whole * 1.90821492927058770002e-10; \\
    const double p = r + r * r * (0.5{_TAYLOR}{")" * 11});

/* e^x * 2^shift, the power of two in two factors, so that neither overflows before the product does. */
static inline double k_scaled(double x, u64 shift) {{
    const double above = x < -746.0 ? -746.0 : x;
    const double y = above > 711.0 ? 711.0 : above;
    REDUCE(y)
    const u64 all = k + shift + 4096, half = all >> 1;
    const double one = from_bits((half - 2048 + 1023) << 52);
    const double other = from_bits((all - half - 2048 + 1023) << 52);
    return (1.0 + p) * one * other;
}}
static inline double k_exp(double x) {{ return k_scaled(x, 0); }}

static inline double k_expm1_near(double x) {{ /* |x| <= 44 */
    REDUCE(x)
    const double scale = from_bits((k + 1023) << 52);
    return scale * p + (scale - 1.0);
}}
static inline double k_expm1(double x) {{
    const double above = x < -44.0 ? -44.0 : x, near = k_expm1_near(above > 44.0 ? 44.0 : above);
    const double far = k_exp(x);
    const double result = x > 44.0 ? far : near;
    return x == 0.0 ? x : result;
}}

/* x = 2^k m with sqrt(1/2) <= m < sqrt(2); log m by the series in f / (2 + f), f = m - 1, as in fdlibm. */
static inline double k_log(double x) {{
    const double small = x < 2.2250738585072014e-308 ? 1.0 : 0.0;
    const double y = small != 0.0 ? x * 18014398509481984.0 : x;
    const u64 above = bits(y) - 0x3fe6a09e667f3bcdULL + 0x4000000000000000ULL, place = above >> 52;
    const double k = from_bits(0x4330000000000000ULL | place) - 4503599627371520.0 - 54.0 * small;
    const double f = from_bits(bits(y) - ((place - 1024) << 52)) - 1.0;
    const double s = f / (2.0 + f), z = s * s, w = z * z, h = 0.5 * f * f;
    const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    const double odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    const double result = k * 6.93147180369123816490e-01
        - ((h - (s * (h + (even + odd)) + k * 1.90821492927058770002e-10)) - f);
    const double end = x == 0.0 ? -INFINITY : NAN, finite = x < INFINITY ? result : x;
    return x > 0.0 ? finite : end;
}}
static inline double k_log1p(double x) {{
    const double w = 1.0 + x, whole = k_log(w), result = whole - ((w - 1.0) - x) / w;
    const double inside = x < INFINITY ? result : x;
    return x > -1.0 ? inside : whole;
}}

static inline double k_tanh(double x) {{
    const double a = fabs(x), b = a > 22.0 ? 22.0 : a, t = k_expm1_near(2.0 * b);
    return copysign(t / (t + 2.0), x);
}}
static inline double k_cosh(double x) {{
    const double half = k_scaled(fabs(x), (u64)-1);
    return half + 0.25 / half;
}}
static inline double k_sigmoid(double x) {{
    const double e = k_exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) / (1.0 + e);
}}
static inline double k_softplus(double x) {{ return (x > 0.0 ? x : 0.0) + k_log1p(k_exp(-fabs(x))); }}
static inline double k_logaddexp(double x, double y) {{
    const double top = x > y ? x : y, far = top + k_log1p(k_exp(-fabs(x - y)));
    return x == y ? x + 0.6931471805599453 : far;
}}
static inline double k_sign(double x) {{
    const double low = x < 0.0 ? -1.0 : x * 0.0;
    return x > 0.0 ? 1.0 : low;
}}
static inline double k_finite(double x) {{
    const double below = x > 1.7976931348623157e308 ? 1.7976931348623157e308 : x;
    return below < -1.7976931348623157e308 ? -1.7976931348623157e308 : below;
}}
"""
