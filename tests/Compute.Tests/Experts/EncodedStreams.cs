using CsCheck;

namespace MoE.Compute.Tests.Experts;

/// <summary>Streams for tests by property.</summary>
internal static class EncodedStreams
{
    extension(EncodedStream)
    {
        /// <summary>Streams with 0 to 6 numeric and 0 to 3 categorical columns, and up to 20 classes.</summary>
        public static Gen<EncodedStream> Any(int rows) =>
            Gen.Select(Gen.Int[0, 6], Gen.Int[0, 3], Gen.Int[1, 20], Gen.Int[0, 1_000_000])
                .Where((n, m, _, _) => n + m > 0)
                .Select((n, m, classes, seed) => new EncodedStream(n, m, rows, classes, seed));
    }
}
