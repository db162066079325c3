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
