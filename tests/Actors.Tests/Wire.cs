using Akka.Configuration;

namespace MoE.Actors.Tests;

/// <summary>
/// Settings for tests in which every message between actors is written and read again, as if experts and producers were
/// in other processes: where <c>MOE_TEST_WIRE</c> is <c>on</c>, in all of them.
/// </summary>
internal static class Wire
{
    /// <summary>Messages go through their formats.</summary>
    public static Config On { get; } = ConfigurationFactory.ParseString("akka.actor.serialize-messages = on");

    /// <summary>What a test takes that does not care.</summary>
    public static Config Config { get; } = Environment.GetEnvironmentVariable("MOE_TEST_WIRE") == "on"
        ? On : ConfigurationFactory.ParseString("akka.actor.serialize-messages = off");
}
