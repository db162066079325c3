using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Fern;

/// <summary>
/// Finds the leaf of every fern for a row. A test is "rank of feature j above t" or one hashed bit of a category. All
/// tests of one feature are answered at once: its outcomes, for every interval between its thresholds (or for every
/// category), lie ready as bit patterns, so that a row costs one pattern per feature.
/// </summary>
internal sealed class FernSplits
{
    private const int Buckets = 64;
    private const int Words = 64 / sizeof(ulong);

    /// <summary>Ferns whose bits share one word.</summary>
    private readonly int _perWord;
    private readonly int _count;
    private readonly int _depth;
    private readonly int _stride;
    private readonly ulong[] _bits;
    private readonly NumericTests[] _numeric;
    private readonly CategoryTests[] _categorical;

    public FernSplits(FernOptions options, int numeric, int categorical, ulong seed)
    {
        (_count, _depth) = (options.Count, options.Depth);
        _perWord = 64 / _depth;
        _stride = (((_count + _perWord - 1) / _perWord) + Words - 1) / Words * Words;
        _bits = new ulong[_stride];
        var tests = Enumerable.Range(0, _count * _depth).ToLookup(t => Feature(t, numeric + categorical, seed));
        _numeric = [.. Enumerable.Range(0, numeric)
            .Select(j => new NumericTests([.. tests[j].Select(t => Test(t, seed))], _stride))];
        _categorical = [.. Enumerable.Range(numeric, categorical)
            .Select(j => new CategoryTests([.. tests[j].Select(t => Test(t, seed))], _stride))];
    }

    private FernSplits(FernSplits other)
    {
        (_perWord, _count, _depth, _stride) = (other._perWord, other._count, other._depth, other._stride);
        _bits = new ulong[_stride];
        _numeric = other._numeric;
        _categorical = Array.ConvertAll(other._categorical, tests => tests.Clone());
    }

    /// <summary>The same tests for another thread.</summary>
    public FernSplits Clone() => new(this);

    /// <summary>
    /// leaf[f] = stride · (f · 2^depth + the leaf of fern f), where the leaves of all ferns lie one after the other.
    /// </summary>
    public void Leaves(FeatureBatch batch, int row, int stride, Span<int> leaf)
    {
        var bits = _bits.AsSpan();
        bits.Clear();
        var rank = batch.Rank.AsSpan(row * _numeric.Length, _numeric.Length);
        for (var j = 0; j < rank.Length; j++)
            Merge(bits, _numeric[j].Pattern(float.IsNaN(rank[j]) ? 0.5f : rank[j]));
        for (var m = 0; m < _categorical.Length; m++)
            if (batch.Category[(row * _categorical.Length) + m] is >= 0 and var category)
                Merge(bits, _categorical[m].Pattern(category));
        var mask = (1UL << _depth) - 1;
        ref var place = ref MemoryMarshal.GetReference(leaf);
        var (f, first) = (0, 0);
        foreach (var word in bits)
        {
            var rest = word;
            for (var end = Math.Min(f + _perWord, leaf.Length); f < end; f++)
            {
                Unsafe.Add(ref place, f) = first + ((int)(rest & mask) * stride);
                first += stride << _depth;
                rest >>= _depth;
            }
        }
    }

    private static void Merge(Span<ulong> bits, ReadOnlySpan<ulong> pattern)
    {
        ref var target = ref MemoryMarshal.GetReference(bits);
        ref var source = ref MemoryMarshal.GetReference(pattern);
        for (nuint i = 0; i < (nuint)bits.Length; i += (nuint)Vector256<ulong>.Count)
            (Vector256.LoadUnsafe(ref target, i) | Vector256.LoadUnsafe(ref source, i)).StoreUnsafe(ref target, i);
    }

    /// <summary>The feature that a test looks at.</summary>
    public static int Feature(int test, int features, ulong seed) =>
        (int)(CounterRandom.Bits(seed, 0, (ulong)test) % (ulong)features);

    /// <summary>What a rank must be above, in (0.03, 0.97).</summary>
    public static float Threshold(int test, ulong seed) =>
        0.03f + (0.94f * CounterRandom.Uniform(seed, 1, (ulong)test));

    /// <summary>What <see cref="Passes"/> mixes a category with.</summary>
    public static ulong Hash(int test, ulong seed) => CounterRandom.Bits(seed, 2, (ulong)test);

    /// <summary>Whether a category passes the test of a hash.</summary>
    public static bool Passes(ulong hash, int category) =>
        ((CounterRandom.Mix(hash ^ (ulong)(category >> 1)) ^ (ulong)category) & 1) != 0;

    /// <summary>The place of a test's bit, its threshold and its hash.</summary>
    private FernTest Test(int test, ulong seed)
    {
        var fern = test / _depth;
        var bit = ((fern % _perWord) * _depth) + _depth - 1 - (test % _depth);
        return new FernTest(fern / _perWord, 1UL << bit, Threshold(test, seed), Hash(test, seed));
    }

    private readonly record struct FernTest(int Word, ulong Bit, float Threshold, ulong Hash);

    private sealed class NumericTests
    {
        private readonly float[] _thresholds;
        private readonly int[] _firstOfBucket;
        private readonly ulong[] _patterns;
        private readonly int _stride;

        public NumericTests(FernTest[] tests, int stride)
        {
            _stride = stride;
            var thresholds = Array.ConvertAll(tests, t => t.Threshold);
            Array.Sort(thresholds, tests);
            _thresholds = [.. thresholds, .. Enumerable.Repeat(float.PositiveInfinity, Vector256<float>.Count)];
            _firstOfBucket = new int[Buckets];
            for (var (bucket, passed) = (0, 0); bucket < Buckets; _firstOfBucket[bucket++] = passed)
                while (_thresholds[passed] < bucket / (float)Buckets)
                    passed++;
            _patterns = new ulong[(tests.Length + 1) * stride];
            for (var passed = 1; passed <= tests.Length; passed++)
            {
                _patterns.AsSpan((passed - 1) * stride, stride).CopyTo(_patterns.AsSpan(passed * stride));
                _patterns[(passed * stride) + tests[passed - 1].Word] |= tests[passed - 1].Bit;
            }
        }

        public ReadOnlySpan<ulong> Pattern(float rank)
        {
            // several are counted at once: whether there is one more would be guessed wrong about as often as right
            var (passed, more) = (_firstOfBucket[(int)(rank * Buckets)], 0);
            do
            {
                var thresholds = Vector256.LoadUnsafe(ref _thresholds[0], (nuint)passed);
                more = BitOperations.PopCount(
                    Vector256.LessThan(thresholds, Vector256.Create(rank)).ExtractMostSignificantBits());
                passed += more;
            }
            while (more == Vector256<float>.Count);
            return _patterns.AsSpan(passed * _stride, _stride);
        }
    }

    private sealed class CategoryTests(FernTest[] tests, int stride)
    {
        private ulong[] _patterns = [];
        private int _known;

        /// <summary>The same tests and patterns; these are never written again: more of them get new room.</summary>
        public CategoryTests Clone() => new(tests, stride) { _patterns = _patterns, _known = _known };

        public ReadOnlySpan<ulong> Pattern(int category)
        {
            if (category >= _known)
                EnsureClasses(Math.Max(category + 1, 2 * _known));
            return _patterns.AsSpan(category * stride, stride);
        }

        private void EnsureClasses(int categories)
        {
            Array.Resize(ref _patterns, categories * stride);
            for (var c = _known; c < categories; c++)
                foreach (var test in tests)
                    if (Passes(test.Hash, c))
                        _patterns[(c * stride) + test.Word] |= test.Bit;
            _known = categories;
        }
    }
}
