using Akka.Configuration;
using MoE.Actors.Storage;

namespace MoE.Actors.Tests;

/// <summary>Settings of actor systems under test, whose tests wait for a message as long as a busy machine takes.</summary>
internal static class Patient
{
    private static readonly Config Waits = ConfigurationFactory.ParseString(
        "akka.test { default-timeout = 1h, single-expect-default = 1h, filter-leeway = 1h }");

    /// <summary>These settings before those of the product.</summary>
    public static Config Read(params IEnumerable<string> files) =>
        files.Aggregate(Waits.WithFallback(Wire.Config), (config, file) => config.WithFallback(Hocon.Read(file)));
}
