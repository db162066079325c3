using Akka.Configuration;
using MoE.Compute;
using MoE.Compute.Data.Refusals;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;

namespace MoE.Actors.Configuration;

/// <summary>All settings as the options of the parts that they are for.</summary>
public sealed record MoeSettings
{
    /// <summary>What a mixture computes.</summary>
    public MixtureOptions Mixture { get; init; } = new();

    /// <summary>Where a mixture is stored, and when.</summary>
    public DurabilityOptions Durability { get; init; } = new();

    /// <summary>What the experts are computed on.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <summary>How many rows may be refused before a run stops.</summary>
    public RefusalBudget Refusals { get; init; } = new();

    /// <summary>Lays the layers over the defaults of moe.hocon, a later one winning, and reads the whole.</summary>
    /// <exception cref="InvalidOptionsException">Something was wrong; it names every problem there is.</exception>
    public static MoeSettings Read(params IReadOnlyList<SettingsLayer> layers)
    {
        var config = new MoeConfig(SettingsLayer.Defaults, layers);
        var settings = new MoeSettings
        {
            Mixture = ReadMixture(config),
            Durability = ReadDurability(config),
            Compute = new ComputeOptions { Device = config.Text("moe.compute.device") ?? "" },
            Refusals = new RefusalBudget
            {
                MaxShare = config.Share("moe.max-refused.share"),
                AtLeast = config.LongNumber("moe.max-refused.least"),
            },
        };
        if (settings.Refusals.AtLeast < 0)
            config.Report([$"moe.max-refused.least is {settings.Refusals.AtLeast}; it must be 0 or more."]);
        Validate(config, () => settings.Mixture.Validated());
        Validate(config, () => settings.Durability.Validated());
        Validate(config, () => settings.Compute.Validated());
        return config.Problems.Count == 0 ? settings : throw new InvalidOptionsException(config.Problems);
    }

    private static MixtureOptions ReadMixture(MoeConfig config) => new()
    {
        Batch = config.WholeNumber("moe.batch"),
        Window = config.WholeNumber("moe.window"),
        Seed = config.LongNumber("moe.seed"),
        MaxClasses = config.WholeNumber("moe.max-classes"),
        Router = new RouterOptions
        {
            Kind = config.Choice<RouterKind>("moe.router.kind"),
            TopK = config.WholeNumber("moe.router.top-k"),
            BiasRate = config.Number("moe.router.bias-rate"),
            Rate = config.Number("moe.router.rate"),
            Auxiliary = config.Number("moe.router.auxiliary"),
            Capacity = config.Number("moe.router.capacity"),
        },
        Pool = ReadPool(config),
        Growth = new GrowthOptions
        {
            Mode = config.Choice<GrowthMode>("moe.growth.mode"),
            Budget = config.WholeNumber("moe.growth.budget"),
            BudgetBytes = config.LongNumber("moe.growth.budget-bytes"),
            Interval = config.WholeNumber("moe.growth.interval"),
            Detector = config.Choice<GrowthDetector>("moe.growth.detector"),
            Watch = config.Choice<GrowthWatch>("moe.growth.watch"),
        },
    };

    private static IReadOnlyList<ExpertSpec> ReadPool(MoeConfig config)
    {
        var preset = config.Choice<PoolPreset>("moe.pool.preset");
        return [.. ReadPool(config, preset, "moe.pool.shared", ExpertRole.Shared),
            .. ReadPool(config, preset, "moe.pool.routed", ExpertRole.Routed)];
    }

    private static IReadOnlyList<ExpertSpec> ReadPool(
        MoeConfig config, PoolPreset preset, string key, ExpertRole role)
    {
        if (preset == PoolPreset.Gpu && !config.Gives(key))
            return [.. GpuPool.Experts.Where(expert => expert.Role == role)];
        List<string> problems = [];
        var experts = PoolText.Parse(key, config.List(key), role, problems);
        config.Report(problems);
        return experts;
    }

    private static DurabilityOptions ReadDurability(MoeConfig config) => new()
    {
        DataDirectory = config.Text("moe.data-dir"),
        PostgresConnection = config.Secret("moe.postgres.connection"),
        Model = config.Text("moe.model") ?? "",
        Sync = config.Choice<JournalSync>("moe.journal.sync"),
        JournalAheadRows = config.WholeNumber("moe.journal.ahead-rows"),
        CheckpointInterval = config.Time("moe.checkpoint.interval"),
        KeptBytes = config.LongNumber("moe.checkpoint.kept-bytes"),
    };

    private static void Validate(MoeConfig config, Action validated)
    {
        try
        {
            validated();
        }
        catch (InvalidOptionsException e)
        {
            config.Report(e.Problems);
        }
    }
}

/// <summary>The value of a setting as it was written: one text, or a list of them.</summary>
public sealed record SettingValue(IReadOnlyList<string> Items, bool IsList)
{
    /// <summary>An empty block {}, which is no value.</summary>
    public static SettingValue EmptyBlock { get; } = new(["{}"], IsList: false) { IsBlock = true };

    /// <summary>Whether it is a block of settings where one value should be.</summary>
    public bool IsBlock { get; private init; }

    /// <summary>Takes a text as it is, or as a list where it has the form ["a", "b"].</summary>
    public static SettingValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var check = new HoconCheck(text);
        if (!text.StartsWith('[') || check.Problems.Count > 0)
            return new([text], IsList: false);
        try
        {
            var value = ConfigurationFactory.ParseString($"list = {check.Plain}").Root.GetObject().GetKey("list");
            return new(value.IsArray() ? [.. value.GetArray().Select(v => v.GetString() ?? "")] : [], IsList: true);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException)
        {
            // No list after all; where a list is needed, the text itself is named as what is wrong.
            return new([text], IsList: false);
        }
    }

    /// <summary>The value for a message: a list as ["a", "b"].</summary>
    public override string ToString() =>
        IsList ? $"[{string.Join(", ", Items.Select(i => $"\"{i}\""))}]" : Items[0];
}
