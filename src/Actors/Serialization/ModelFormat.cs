using MoE.Actors.Gate;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="ModelCreated"/>: format, columns, options, pool.</summary>
internal static class ModelFormat
{
    public static void Write(StateWriter state, ModelCreated e)
    {
        state.Write((long)e.Format);
        state.Write(e.Schema.Target);
        state.Write((long)e.Schema.Features.Count);
        foreach (var feature in e.Schema.Features)
        {
            state.Write(feature.Name);
            state.Write((long)feature.Kind);
        }
        state.Write((long)e.Options.Batch);
        state.Write((long)e.Options.Window);
        state.Write(e.Options.Seed);
        state.Write((long)e.Options.MaxClasses);
        state.Write((long)e.Options.Router.TopK);
        state.Write((double)e.Options.Router.BiasRate);
        state.Write((double)e.Options.Router.Rate);
        state.Write((long)e.Options.Pool.Count);
        foreach (var spec in e.Options.Pool)
        {
            state.Write(spec.Id);
            state.Write((long)spec.Role);
            state.Write(spec.Text);
        }
    }

    public static ModelCreated Read(StateReader state)
    {
        var format = state.ReadCount();
        if (format > ModelCreated.CurrentFormat)
            throw new ModelException($"The stored model has format {format}, and this version of moe reads up to "
                + $"{ModelCreated.CurrentFormat}; use a newer version.");
        var target = state.ReadString();
        var features = new Column[state.ReadCount()];
        for (var i = 0; i < features.Length; i++)
            features[i] = new Column(state.ReadString(), (ColumnKind)state.ReadCount((int)ColumnKind.Categorical));
        return new ModelCreated(format, new Schema(features, target), ReadOptions(state));
    }

    private static MixtureOptions ReadOptions(StateReader state)
    {
        var options = new MixtureOptions
        {
            Batch = state.ReadCount(),
            Window = state.ReadCount(),
            Seed = state.ReadInt64(),
            MaxClasses = state.ReadCount(),
            Router = new RouterOptions
            {
                TopK = state.ReadCount(),
                BiasRate = (float)state.ReadDouble(),
                Rate = (float)state.ReadDouble(),
            },
        };
        var pool = new ExpertSpec[state.ReadCount()];
        for (var i = 0; i < pool.Length; i++)
            pool[i] = new ExpertSpec(
                state.ReadString(), (ExpertRole)state.ReadCount((int)ExpertRole.Routed), state.ReadString());
        return options with { Pool = pool };
    }
}
