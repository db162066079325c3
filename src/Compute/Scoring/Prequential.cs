using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Scoring;

/// <summary>Scores predictions of classes: accuracy, kappa and log loss. Classes may turn up later.</summary>
public sealed class Prequential : IScoreboard
{
    /// <summary>Rows over which <see cref="Scores.WindowAccuracy"/> is taken.</summary>
    public const int Window = 1000;

    /// <summary>What a prediction loses at most: about -ln 10⁻⁶.</summary>
    public const double MaxLoss = 13.8;

    /// <summary>The lowest probability whose loss is less than <see cref="IScoreboard.MostLoss"/>: e^-5.</summary>
    private const float LeastProbability = 0.006737947f;

    private readonly byte[] _window = new byte[Window];
    private long[] _truths = new long[2];
    private long[] _guesses = new long[2];
    private int _classes;
    private int _last = -1;
    private long _rows;
    private long _refused;
    private long _right;
    private long _unchanged;
    private int _windowRight;
    private double _loss;

    /// <inheritdoc/>
    public long Rows => _rows;

    /// <inheritdoc/>
    public void Add(double target, double predicted, ReadOnlySpan<float> answer)
    {
        var truth = (int)target;
        Add(truth, (int)predicted, truth < answer.Length ? answer[truth] : 0f);
    }

    /// <summary>Scores one prediction. A class that turns up for the first time counts as not foreseen.</summary>
    /// <param name="truth">The row's class, 0 or more.</param>
    /// <param name="predicted">The predicted class; -1 for none, which is wrong.</param>
    /// <param name="probabilityOfTruth">What was predicted for the row's class.</param>
    public void Add(int truth, int predicted, float probabilityOfTruth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(truth);
        var isKnown = truth < _classes;
        var isRight = isKnown && predicted == truth;
        Grow(Math.Max(truth, predicted));
        _classes = Math.Max(_classes, truth + 1);
        _truths[truth]++;
        if (predicted >= 0)
            _guesses[predicted]++;
        if (truth == _last)
            _unchanged++;
        _last = truth;
        _loss += isKnown ? LogLoss(probabilityOfTruth) : MaxLoss;
        ref var oldest = ref _window[_rows % Window];
        _windowRight += (isRight ? 1 : 0) - oldest;
        oldest = (byte)(isRight ? 1 : 0);
        _right += isRight ? 1 : 0;
        _rows++;
    }

    /// <inheritdoc/>
    public void Refuse(long count) => _refused += count;

    /// <summary>The log loss in nats, the highest for a class that was not known.</summary>
    /// <inheritdoc/>
    public float Loss(double target, ReadOnlySpan<float> answer)
    {
        var truth = (int)target;
        var probability = truth < answer.Length ? answer[truth] : 0f;
        return probability < LeastProbability ? IScoreboard.MostLoss : Math.Max(0, -FastMath.Log(probability));
    }

    /// <inheritdoc/>
    public Scores Snapshot(int classes)
    {
        if (_rows == 0)
            return new Scores(0, _refused, classes, 0, 0, 0, 0, 0);
        var accuracy = (double)_right / _rows;
        return new Scores(
            _rows,
            _refused,
            classes,
            100 * accuracy,
            100.0 * _windowRight / Math.Min(_rows, Window),
            100 * Above(ByChance(), accuracy),
            100 * Above((double)_unchanged / _rows, accuracy),
            _loss / _rows);
    }

    /// <inheritdoc/>
    public void Save(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write((long)_classes);
        state.Write((long)_last);
        state.Write(_rows);
        state.Write(_refused);
        state.Write(_right);
        state.Write(_unchanged);
        state.Write((long)_windowRight);
        state.Write(_loss);
        state.Write<long>(_truths);
        state.Write<long>(_guesses);
        state.Write<byte>(_window);
    }

    /// <inheritdoc/>
    public void Load(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _classes = state.ReadCount(int.MaxValue);
        _last = (int)state.ReadInt64(-1, int.MaxValue);
        _rows = state.ReadInt64(0, long.MaxValue / 2);
        _refused = state.ReadInt64();
        _right = state.ReadInt64();
        _unchanged = state.ReadInt64();
        _windowRight = state.ReadCount(Window);
        _loss = state.ReadDouble();
        _truths = state.ReadArray<long>();
        _guesses = state.ReadArray<long>(_truths.Length);
        state.Read<byte>(_window);
        if (_classes > _truths.Length || _last >= _classes)
            throw state.Damaged(
                $"{_classes} classes, the last {_last}, and {_truths.Length} counts were found; that does not fit");
        if (_window.Any(right => right > 1) || _window.Sum(right => right) != _windowRight)
            throw state.Damaged($"{_windowRight} right answers were found; the window was expected to hold as many");
    }

    private static double LogLoss(float probability) =>
        probability > 0 ? Math.Clamp(-FastMath.Log(Math.Max(probability, 1e-7f)), 0, MaxLoss) : MaxLoss;

    /// <summary>How much of what a baseline leaves open was got right; 0 if it leaves nothing open.</summary>
    private static double Above(double baseline, double accuracy) =>
        baseline < 1 ? (accuracy - baseline) / (1 - baseline) : 0;

    /// <summary>Accuracy to be expected of guesses as frequent as these, made blindly (Cohen 1960).</summary>
    private double ByChance()
    {
        var sum = 0.0;
        for (var c = 0; c < _truths.Length; c++)
            sum += (double)_truths[c] / _rows * ((double)_guesses[c] / _rows);
        return sum;
    }

    private void Grow(int index)
    {
        if (index < _truths.Length)
            return;
        var length = Math.Max(index + 1, 2 * _truths.Length);
        Array.Resize(ref _truths, length);
        Array.Resize(ref _guesses, length);
    }
}
