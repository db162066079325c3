using System.Globalization;
using MoE.Compute;
using MoE.Compute.Data;

namespace MoE.Actors.Gate.Recovery;

/// <summary>
/// What keeps a stored model from being gone on with under other columns or options, in one sentence.
/// </summary>
internal static class ModelDifference
{
    /// <summary>The first difference; null where there is none.</summary>
    public static string? Between(ModelCreated stored, GateCommands.OpenModel given) =>
        InSchema(stored.Schema, given.Schema) ?? InOptions(stored.Options, given.Options);

    private static string? InSchema(Schema stored, Schema given)
    {
        if (stored.Target != given.Target)
            return $"The stored model predicts '{stored.Target.Name}', not '{given.Target.Name}'; {Remedy}";
        if (stored.Features.Count != given.Features.Count)
            return $"The stored model has {stored.Features.Count} features, but the source has {given.Features.Count}; "
                + Remedy;
        for (var i = 0; i < stored.Features.Count; i++)
            if (stored.Features[i] != given.Features[i])
                return $"Feature {i + 1} of the stored model is {Text(stored.Features[i])}, but that of the source is "
                    + $"{Text(given.Features[i])}; {Remedy}";
        return null;
    }

    private static string? InOptions(MixtureOptions stored, MixtureOptions given)
    {
        (string Key, IFormattable Stored, IFormattable Given)[] numbers =
        [
            ("moe.batch", stored.Batch, given.Batch),
            ("moe.window", stored.Window, given.Window),
            ("moe.seed", stored.Seed, given.Seed),
            ("moe.max-classes", stored.MaxClasses, given.MaxClasses),
            ("moe.router.top-k", stored.Router.TopK, given.Router.TopK),
            ("moe.router.bias-rate", stored.Router.BiasRate, given.Router.BiasRate),
            ("moe.router.rate", stored.Router.Rate, given.Router.Rate),
        ];
        foreach (var (key, was, now) in numbers)
            if (!was.Equals(now))
                return string.Create(
                    CultureInfo.InvariantCulture, $"{key} is {now}, but the stored model has {was}; {Remedy}");
        foreach (var ((key, was), (_, now)) in LaterOptions.Texts(stored).Zip(LaterOptions.Texts(given)))
            if (was != now)
                return $"{key} is {now}, but the stored model has {was}; {Remedy}";
        for (var i = 0; i < Math.Max(stored.Pool.Count, given.Pool.Count); i++)
        {
            var (was, now) = (stored.Pool.ElementAtOrDefault(i), given.Pool.ElementAtOrDefault(i));
            if (was != now)
                return $"moe.pool has {Text(now)} at position {i + 1}, but the stored model has {Text(was)}; {Remedy}";
        }
        return null;
    }

    private const string Remedy = "give the same as before, or another data directory (or moe.model).";

    private static string Text(Column column) =>
        $"'{column.Name}' ({(column.Kind == ColumnKind.Numeric ? "numeric" : "categorical")})";

    private static string Text(Compute.Experts.ExpertSpec? spec) =>
        spec is null ? "nothing" : $"{spec.Role.ToString().ToLowerInvariant()} '{spec.Id}' ({spec.Text})";
}
