namespace MoE.Benchmarks.Gpu;

/// <summary>The part of a document between two marks, which is written by a command.</summary>
internal static class MarkedSection
{
    public const string Begin = "<!-- gpu:begin -->", End = "<!-- gpu:end -->";

    /// <summary>The document with another text between the marks, which stay.</summary>
    /// <exception cref="InvalidDataException">The marks are not there, once each and in this order.</exception>
    public static string Replace(string document, string text)
    {
        var (begin, end) = (Only(document, Begin), Only(document, End));
        if (end < begin)
            throw new InvalidDataException($"{End} stands before {Begin}; it must follow it.");
        return $"{document[..(begin + Begin.Length)]}\n{text.Trim()}\n{document[end..]}";
    }

    private static int Only(string document, string mark)
    {
        var at = document.IndexOf(mark, StringComparison.Ordinal);
        return at >= 0 && at == document.LastIndexOf(mark, StringComparison.Ordinal)
            ? at
            : throw new InvalidDataException(
                $"The document must have the mark {mark} once; the tables go between the marks.");
    }
}
