using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;

namespace MoE.Actors.Storage;

/// <summary>The files of the folder hocon, which lie in this assembly.</summary>
internal static class Hocon
{
    /// <summary>One file's content.</summary>
    public static Config Read(string file)
    {
        using var stream = typeof(Hocon).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"There is no {file} in this assembly.", nameof(file));
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>What an actor system over a store is made of.</summary>
    public static ActorSystemSetup Setup(IStore store, Config overrides)
    {
        var config = overrides.WithFallback(Read("akka.hocon")).WithFallback(Read(store.HoconFile))
            .WithFallback(SqlPersistence.DefaultConfiguration);
        return ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(config), .. store.Setups]);
    }
}
