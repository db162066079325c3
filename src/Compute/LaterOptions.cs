using System.Globalization;
using MoE.Compute.Gating;

namespace MoE.Compute;

/// <summary>
/// The options that came after the first format of a definition, as texts under their settings' keys. Their order is
/// that of the stored formats: a new one joins at the end, and none is ever taken away.
/// </summary>
public static class LaterOptions
{
    private static readonly Option[] All =
    [
        new("moe.router.kind", "linear, switch, competence or dense", o => Name(o.Router.Kind), ReadKind),
        Number("moe.router.auxiliary", "0 to 1", RouterOptions.IsAuxiliary, o => o.Router.Auxiliary,
            (o, value) => o with { Router = o.Router with { Auxiliary = value } }),
        Number("moe.router.capacity", "0, or 1 to 100", RouterOptions.IsCapacity, o => o.Router.Capacity,
            (o, value) => o with { Router = o.Router with { Capacity = value } }),
    ];

    /// <summary>All of them, in the fixed order.</summary>
    public static IReadOnlyList<(string Key, string Text)> Texts(MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [.. All.Select(option => (option.Key, option.Write(options)))];
    }

    /// <summary>Sets options from texts; those that are not among them stay as they are.</summary>
    /// <param name="options">The options to start from.</param>
    /// <param name="texts">What <see cref="Texts"/> gave, here or in an earlier version.</param>
    /// <exception cref="FormatException">
    /// A key is of a newer version, or out of order, or its value out of range; the message is half a sentence.
    /// </exception>
    public static MixtureOptions Read(MixtureOptions options, IEnumerable<(string Key, string Text)> texts)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(texts);
        var last = -1;
        foreach (var (key, text) in texts)
        {
            var place = Array.FindIndex(All, option => option.Key == key);
            if (place < 0)
                throw new FormatException(
                    $"the option '{key}' was found, written by a newer version; use that version or a later one");
            if (place <= last)
                throw new FormatException($"the option {key} was found twice or out of order");
            last = place;
            options = All[place].Read(options, text) ?? throw new FormatException(
                $"{key} '{text}' was found; {All[place].Range} was expected");
        }
        return options;
    }

    private static Option Number(
        string key, string range, Func<float, bool> isAllowed, Func<MixtureOptions, float> get,
        Func<MixtureOptions, float, MixtureOptions> set) => new(
            key, range, o => get(o).ToString(CultureInfo.InvariantCulture),
            (o, text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && isAllowed(value) ? set(o, value) : null);

    private static string Name(RouterKind kind) => kind.ToString().ToLowerInvariant();

    private static MixtureOptions? ReadKind(MixtureOptions options, string text)
    {
        foreach (var kind in Enum.GetValues<RouterKind>())
            if (Name(kind) == text)
                return options with { Router = options.Router with { Kind = kind } };
        return null;
    }

    private sealed record Option(
        string Key, string Range, Func<MixtureOptions, string> Write,
        Func<MixtureOptions, string, MixtureOptions?> Read);
}
