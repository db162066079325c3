using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Compute.Files;

/// <summary>
/// Layout of what a model is, wherever it is stored: target, columns, options, pool. Never changed; what comes anew
/// gets a format of its own.
/// </summary>
public static class DefinitionFormat
{
    /// <summary>Bytes of a column at least: its name's length and its kind.</summary>
    private const int ColumnBytes = 16;

    /// <summary>Bytes of an expert at least: two lengths and its role.</summary>
    private const int ExpertBytes = 24;

    /// <summary>Writes a definition.</summary>
    public static void Write(StateWriter state, Schema schema, MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        state.Write(schema.Target);
        state.Write((long)schema.Features.Count);
        foreach (var feature in schema.Features)
        {
            state.Write(feature.Name);
            state.Write((long)feature.Kind);
        }
        state.Write((long)options.Batch);
        state.Write((long)options.Window);
        state.Write(options.Seed);
        state.Write((long)options.MaxClasses);
        state.Write((long)options.Router.TopK);
        state.Write((double)options.Router.BiasRate);
        state.Write((double)options.Router.Rate);
        state.Write((long)options.Pool.Count);
        foreach (var spec in options.Pool)
        {
            state.Write(spec.Id);
            state.Write((long)spec.Role);
            state.Write(spec.Text);
        }
    }

    /// <summary>
    /// Reads a definition. Whether a mixture can be run with it, <see cref="MixtureOptions.Validated"/> says.
    /// </summary>
    public static (Schema Schema, MixtureOptions Options) Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var target = state.ReadString();
        var features = new Column[state.ReadItemCount(ColumnBytes)];
        for (var i = 0; i < features.Length; i++)
            features[i] = new Column(state.ReadString(), (ColumnKind)state.ReadCount((int)ColumnKind.Categorical));
        return (new Schema(features, target), ReadOptions(state));
    }

    private static MixtureOptions ReadOptions(StateReader state)
    {
        var options = new MixtureOptions
        {
            Batch = state.ReadCount(int.MaxValue),
            Window = state.ReadCount(int.MaxValue),
            Seed = state.ReadInt64(),
            MaxClasses = state.ReadCount(int.MaxValue),
            Router = new RouterOptions
            {
                TopK = state.ReadCount(int.MaxValue),
                BiasRate = (float)state.ReadDouble(),
                Rate = (float)state.ReadDouble(),
            },
        };
        var pool = new ExpertSpec[state.ReadItemCount(ExpertBytes)];
        for (var i = 0; i < pool.Length; i++)
            pool[i] = new ExpertSpec(
                state.ReadString(), (ExpertRole)state.ReadCount((int)ExpertRole.Routed), state.ReadString());
        return options with { Pool = pool };
    }
}
